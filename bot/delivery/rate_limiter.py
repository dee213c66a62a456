"""The rate limiter: keeps Telegram's limits, and its requests to wait."""

from __future__ import annotations

import asyncio
import time

ALL_CHATS_WINDOW = 1.0
"""Seconds within which requests to wait from two chats mean that the whole bot is to wait."""
SPARE = 0.01
"""Share of the overall rate that is not used: for what Telegram counts and we do not know of."""
CATCH_UP = 0.25
"""Seconds of missed slots that may be made up for: the loop was busy when they came."""
MAX_CHATS = 10_000
"""Chats whose slots are remembered. Beyond that, those whose time has come are forgotten."""


class RateLimiter:
    """Gives slots for messages out of one budget. Direct answers take theirs at once; notifications get what is left.

    A message that is sent or edited is a slot, and so is each picture of an album; deleting one and answering a tap
    are none.

    Args:
        overall: Messages a second to all chats together.
        per_chat: Messages a second to one chat.
    """

    def __init__(self, overall: float, per_chat: float) -> None:
        self.rate = overall
        self._interval = 1 / (overall * (1 - SPARE))
        self._chat_interval = 1 / per_chat
        # Nothing is made up for at the start: another process may have sent a moment ago.
        self._free_at = time.monotonic() + CATCH_UP
        self._chat_free_at: dict[int, float] = {}
        self._chat_blocked_until: dict[int, float] = {}
        self._blocked_until = 0.0
        self._last_refusal: tuple[int, float] = (0, float("-inf"))
        self._line = asyncio.Lock()
        """Held by the first in line, who watches the clock."""

    async def direct(self, chat_id: int, messages: int) -> None:
        """Takes slots for an answer to what somebody just did. Waits only where Telegram asked for it."""
        await self.permission(chat_id)
        self._take(chat_id, messages)

    async def notification(self, chat_id: int, messages: int) -> None:
        """Waits for slots for a notification: at the overall rate and at its chat's."""
        while True:
            while (wait := self.chat_wait(chat_id)) > 0:
                await asyncio.sleep(wait)
            async with self._line:
                while (wait := max(self._free_at - CATCH_UP, self._blocked_until) - time.monotonic()) > 0:
                    await asyncio.sleep(wait)
                # An answer may have gone to the chat meanwhile.
                if self.chat_wait(chat_id) <= 0:
                    self._take(chat_id, messages)
                    return

    async def permission(self, chat_id: int) -> None:
        """Returns when Telegram no longer asks to wait."""
        while (wait := self._asked_wait(chat_id)) > 0:
            await asyncio.sleep(wait)  # and ask again: Telegram may have asked for more meanwhile

    def chat_wait(self, chat_id: int) -> float:
        """Seconds until that chat may get a notification; 0 or less: it may now."""
        return max(self._chat_free_at.get(chat_id, 0.0), self._chat_blocked_until.get(chat_id, 0.0)) - time.monotonic()

    def refused(self, chat_id: int, seconds: float) -> None:
        """Notes that Telegram asked to wait: for the chat, or for all where it just asked in another chat too."""
        now = time.monotonic()
        last_chat, last_time = self._last_refusal
        if last_chat != chat_id and now - last_time < ALL_CHATS_WINDOW:
            self._blocked_until = max(self._blocked_until, now + seconds)
        self._last_refusal = (chat_id, now)
        self._chat_blocked_until = {chat: until for chat, until in self._chat_blocked_until.items() if until > now}
        self._chat_blocked_until[chat_id] = now + seconds

    def _take(self, chat_id: int, messages: int) -> None:
        now = time.monotonic()
        self._free_at = max(self._free_at, now) + messages * self._interval
        self._chat_free_at[chat_id] = max(self._chat_free_at.get(chat_id, 0.0), now) + messages * self._chat_interval
        if len(self._chat_free_at) > MAX_CHATS:
            self._chat_free_at = {chat: free for chat, free in self._chat_free_at.items() if free > now}

    def _asked_wait(self, chat_id: int) -> float:
        return max(self._blocked_until, self._chat_blocked_until.get(chat_id, 0.0)) - time.monotonic()
