"""How fast the bot may send: Telegram's limits, and its requests to wait."""

from __future__ import annotations

import asyncio
import time

ALL_CHATS_WINDOW = 1.0
"""Seconds within which requests to wait from two chats mean that the whole bot is to wait."""
RESERVED = 0.2
"""Share of the overall rate that notifications leave to direct answers."""


class Pace:
    """Slots for messages. Direct answers take one at once; notifications wait for theirs.

    Args:
        overall: Messages a second to all chats together.
        per_chat: Messages a second to one chat.
    """

    def __init__(self, overall: float, per_chat: float) -> None:
        self._interval = 1 / (overall * (1 - RESERVED))
        self._chat_interval = 1 / per_chat
        self._free_at = 0.0
        self._chat_free_at: dict[int, float] = {}
        self._chat_blocked_until: dict[int, float] = {}
        self._blocked_until = 0.0
        self._last_refusal: tuple[int, float] = (0, float("-inf"))

    async def direct(self, chat_id: int) -> None:
        """Before an answer to what somebody just did: waits only where Telegram asked for it."""
        while (wait := self._asked_wait(chat_id)) > 0:
            await asyncio.sleep(wait)  # and ask again: Telegram may have asked for more meanwhile
        now = time.monotonic()
        self._chat_free_at[chat_id] = max(self._chat_free_at.get(chat_id, 0.0), now) + self._chat_interval

    async def notification(self, chat_id: int) -> None:
        """Before a notification: at the overall pace and at its chat's."""
        while (wait := self.wait(chat_id)) > 0:
            await asyncio.sleep(wait)
        now = time.monotonic()
        self._free_at = max(self._free_at, now) + self._interval
        self._chat_free_at[chat_id] = max(self._chat_free_at.get(chat_id, 0.0), now) + self._chat_interval
        if len(self._chat_free_at) > 10_000:
            self._chat_free_at = {chat: free for chat, free in self._chat_free_at.items() if free > now}

    def wait(self, chat_id: int) -> float:
        """Seconds until a notification to that chat may go out."""
        now = time.monotonic()
        paced = max(self._free_at - now, self._chat_free_at.get(chat_id, 0.0) - self._chat_interval - now)
        return max(self._asked_wait(chat_id), paced)

    def refused(self, chat_id: int, seconds: float) -> None:
        """Telegram asked to wait: for the chat, or for the whole bot where it just asked in another chat too."""
        now = time.monotonic()
        last_chat, last_time = self._last_refusal
        if last_chat != chat_id and now - last_time < ALL_CHATS_WINDOW:
            self._blocked_until = max(self._blocked_until, now + seconds)
        self._last_refusal = (chat_id, now)
        self._chat_blocked_until = {chat: until for chat, until in self._chat_blocked_until.items() if until > now}
        self._chat_blocked_until[chat_id] = now + seconds

    def _asked_wait(self, chat_id: int) -> float:
        return max(self._blocked_until, self._chat_blocked_until.get(chat_id, 0.0)) - time.monotonic()
