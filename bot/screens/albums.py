"""Albums that were answered: each part is an update of its own, and one answer is enough for all."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

REMEMBERED: Final = 1000


class AnsweredAlbums:
    """The albums answered last, in memory: after a restart in the middle of one, it is answered once more."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[int, str], None] = OrderedDict()

    def is_new(self, chat_id: int, album: str) -> bool:
        """Whether nothing of this album was answered yet; from now on something is."""
        key = (chat_id, album)
        if key in self._known:
            return False
        self._known[key] = None
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return True
