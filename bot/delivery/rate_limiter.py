"""How fast the bot may send: Telegram's limits, and its requests to wait."""

from __future__ import annotations

import asyncio
import time

ALL_CHATS_WINDOW = 1.0
"""Seconds within which requests to wait from two chats mean that the whole bot is to wait."""
SPARE = 0.01
"""Share of the overall rate that is left alone: for what Telegram counts and we do not know of."""
CATCH_UP = 0.25
"""Seconds of slots that may be made up for, where the loop was busy when they came."""
CHATS_REMEMBERED = 10_000


class RateLimiter:
    """Slots for messages, one budget for all. Direct answers take theirs at once; notifications get what is left.

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
        # A process does not know what another one sent a moment before it: nothing is made up for at the start.
        self._free_at = time.monotonic() + CATCH_UP
        self._chat_free_at: dict[int, float] = {}
        self._chat_blocked_until: dict[int, float] = {}
        self._blocked_until = 0.0
        self._last_refusal: tuple[int, float] = (0, float("-inf"))
        self._line = asyncio.Lock()
        """The first in line watches the clock, the others wait for their turn."""

    async def direct(self, chat_id: int, messages: int) -> None:
        """Before an answer to what somebody just did: waits only where Telegram asked for it."""
        await self.permission(chat_id)
        self._take(chat_id, messages)

    async def notification(self, chat_id: int, messages: int) -> None:
        """Before a notification: at the overall pace and at its chat's."""
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
        """Telegram asked to wait: for the chat, or for the whole bot where it just asked in another chat too."""
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
        if len(self._chat_free_at) > CHATS_REMEMBERED:
            self._chat_free_at = {chat: free for chat, free in self._chat_free_at.items() if free > now}

    def _asked_wait(self, chat_id: int) -> float:
        return max(self._blocked_until, self._chat_blocked_until.get(chat_id, 0.0)) - time.monotonic()
