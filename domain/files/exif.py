"""EXIF and XMP overwritten where they stand, for images that are not written anew: HEIC, AVIF, and what is too large.

Nothing moves, so whatever in the file counts bytes stays right.
"""

from __future__ import annotations

from itertools import islice
from mmap import mmap
from re import compile as pattern
from typing import Final, Literal

_EXIF: Final = pattern(rb"Exif\x00\x00(?=II\*\x00|MM\x00\*)")
_XMP_BEGIN, _XMP_END = b"<x:xmpmeta", b"</x:xmpmeta>"
_ORIENTATION: Final = 0x0112
_FURTHER: Final = frozenset({0x8769, 0x8825, 0xA005})
"""Entries that point to another list of entries: EXIF's own, the place, interoperability."""
_SIZES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
"""Bytes of a value, by its type."""
_ENTRY: Final = 12
_MAX_BLOCKS, _MAX_LISTS, _MAX_ENTRIES = 64, 8, 1000
"""Far beyond what cameras write; a file made to be walked through for hours ends there."""


def blanked(content: bytes) -> bytes:
    """The same image, as long as before, with every EXIF value but the orientation and every XMP packet overwritten."""
    data = bytearray(content)
    blank(data)
    return bytes(data)


def blank(data: bytearray | mmap) -> None:
    """The same in place: of an image that is too large for memory, on the disk."""
    for found in islice(_EXIF.finditer(data), _MAX_BLOCKS):
        _Block(data, found.end()).blank()
    begin = data.find(_XMP_BEGIN)
    # No end behind it: none behind any later beginning either.
    while begin >= 0 and (end := data.find(_XMP_END, begin)) >= 0:
        end += len(_XMP_END)
        data[begin:end] = b" " * (end - begin)
        begin = data.find(_XMP_BEGIN, end)


class _Block:
    """One EXIF block: lists of entries, whose offsets count from its beginning. Nothing in it is to be believed."""

    def __init__(self, data: bytearray | mmap, start: int) -> None:
        self._data = data
        self._start = start
        self._order: Literal["little", "big"] = "little" if data[start : start + 2] == b"II" else "big"

    def blank(self) -> None:
        seen: set[int] = set()
        waiting = [self._number(4, 4)]
        while waiting and len(seen) < _MAX_LISTS:
            offset = waiting.pop()
            if offset < 8 or offset in seen:
                continue
            seen.add(offset)
            count = self._number(offset, 2)
            end = offset + 2 + _ENTRY * count
            if count > _MAX_ENTRIES or self._start + end > len(self._data):
                continue
            waiting.append(self._number(end, 4))  # the thumbnail's list
            for entry in range(offset + 2, end, _ENTRY):
                if self._number(entry, 2) in _FURTHER:
                    waiting.append(self._number(entry + 8, 4))
                self._blank_value(entry)

    def _blank_value(self, entry: int) -> None:
        if self._number(entry, 2) == _ORIENTATION:
            return
        size = _SIZES.get(self._number(entry + 2, 2), 1) * self._number(entry + 4, 4)
        if size > 4:
            self._zero(self._number(entry + 8, 4), size)
        self._zero(entry + 4, 8)  # how many there are, and where

    def _zero(self, offset: int, size: int) -> None:
        start = self._start + offset
        fits = min(size, len(self._data) - start)
        if offset >= 8 and fits > 0:  # the header says how to read the rest
            self._data[start : start + fits] = bytes(fits)

    def _number(self, offset: int, size: int) -> int:
        start = self._start + offset
        return int.from_bytes(self._data[start : start + size], self._order)
