"""A bot's updates: queued, fetched by getUpdates or handed to the webhook, forgotten when they are confirmed."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson

from playground.errors import ApiError

if TYPE_CHECKING:
    from playground.clock import Clock

MAX_LIMIT = 100
MAX_TIMEOUT = 50
RESPONSE_BYTES = 4 << 20
"""An answer is cut before it grows beyond this."""
FAR_OFFSET = 10
"""An offset further beyond the last update counts as none."""
CONFLICT_PAUSE = 3.0
"""Seconds within which a second conflict is answered late."""
FIRST_IDS = (2_000_000, 1_000_000_000)
FORGET_NUMBER = 7 * 86_400.0
"""Seconds without an update after which the numbers begin anew, at random."""

OPT_IN = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
KINDS = frozenset({
    "message", "edited_message", "channel_post", "edited_channel_post", "inline_query", "chosen_inline_result",
    "callback_query", "shipping_query", "pre_checkout_query", "poll", "poll_answer", "my_chat_member",
    "chat_join_request", "chat_boost", "removed_chat_boost", "business_connection", "business_message",
    "edited_business_message", "deleted_business_messages", "purchased_paid_media",
}) | OPT_IN  # fmt: skip
DEFAULT_KINDS = KINDS - OPT_IN

POLL_CONFLICT = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_CONFLICT = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


@dataclass(frozen=True, slots=True)
class Update:
    """An update as it will be sent: its content does not change after it was made."""

    id: int
    kind: str
    lane: tuple[str, int]
    """Webhooks get the updates of one lane one after another: a chat's messages, a person's taps."""
    expires_at: float
    body: bytes
    """The JSON object, `update_id` included."""


class UpdateQueue:
    """The updates that a bot has not confirmed yet, in order."""

    def __init__(self, clock: Clock, limit: int) -> None:
        self._clock = clock
        self._limit = limit
        self._pending: dict[int, Update] = {}
        self._again: list[Update] = []
        self._next_id = random.randint(*FIRST_IDS)
        self._last_added = clock.now()
        self._next_expiry = float("inf")
        self._news = asyncio.Event()
        self._poller: asyncio.Future[None] | None = None
        self._last_conflict = float("-inf")
        self._last_offset: int | None = None
        self._last_start = float("-inf")
        self._closing = asyncio.Event()
        self.allowed: frozenset[str] = DEFAULT_KINDS
        self.on_add: Callable[[Update], None] | None = None
        """Told of each new update: the webhook's delivery, where one is set."""

    def __len__(self) -> int:
        self.waiting()
        return len(self._pending)

    def allow(self, kinds: Any) -> None:
        """Keeps the list of wanted kinds. What is no list changes nothing; no known kind in it means the default."""
        if isinstance(kinds, list):
            known = frozenset(kind for kind in kinds if isinstance(kind, str)) & KINDS
            self.allowed = known or DEFAULT_KINDS

    def add(self, kind: str, content: dict[str, Any], lane: tuple[str, int], lifetime: float) -> Update | None:
        """Queues an update; None where the bot does not want its kind. `lifetime` in seconds."""
        if kind not in self.allowed:
            return None
        now = self._clock.now()
        if now - self._last_added > FORGET_NUMBER and next(self.waiting(), None) is None:
            self._next_id = random.randint(*FIRST_IDS)
        self._last_added = now
        update_id = self._next_id
        self._next_id += 1
        body = orjson.dumps({"update_id": update_id, kind: content})
        update = Update(update_id, kind, lane, now + lifetime, body)
        if len(self._pending) >= self._limit:
            del self._pending[next(iter(self._pending))]
        self._pending[update_id] = update
        self._next_expiry = min(self._next_expiry, update.expires_at)
        self._announce(update)
        return update

    def repeat(self, update: Update) -> None:
        """Delivers an update a second time, whatever was confirmed: what a lost confirmation does."""
        self._again.append(update)
        self._announce(update)

    def _announce(self, update: Update) -> None:
        self._news.set()
        if self.on_add is not None:
            self.on_add(update)

    def close(self) -> None:
        """Ends the poll that waits, so that the server can stop."""
        self._closing.set()
        self._news.set()

    def clear(self) -> None:
        self._pending.clear()
        self._again.clear()

    def waiting(self) -> Iterator[Update]:
        """What is to be delivered, the oldest first; expired updates are dropped before."""
        now = self._clock.now()
        if now >= self._next_expiry:
            self._pending = {known: update for known, update in self._pending.items() if update.expires_at > now}
            self._next_expiry = min((update.expires_at for update in self._pending.values()), default=float("inf"))
        return iter(self._pending.values())

    def undelivered(self) -> list[Update]:
        """Everything that is to be handed out, repetitions last: where a webhook begins."""
        return [*self.waiting(), *self._again]

    def holds(self, update: Update) -> bool:
        """Whether it is still to be delivered: not dropped, not fetched meanwhile."""
        return update.id in self._pending or update in self._again

    def confirm(self, update: Update) -> None:
        """The bot took it once."""
        if self._pending.pop(update.id, None) is None and update in self._again:
            self._again.remove(update)

    async def fetch(self, offset: int, limit: int, timeout: int) -> list[bytes]:
        """getUpdates: forgets what lies below `offset`, waits up to `timeout` seconds for the rest.

        Raises:
            ApiError: 409, another poller took over, or a webhook was set meanwhile.
        """
        started = self._clock.monotonic()
        if offset == self._last_offset:
            if timeout < CONFLICT_PAUSE and started - self._last_start < CONFLICT_PAUSE:
                timeout = int(CONFLICT_PAUSE)
            if started - self._last_start < 0.5:
                limit = 1
        self._last_offset = offset
        self._last_start = started
        self._forget(offset)
        found = self._next(limit)
        while not found and not self._closing.is_set() and (left := timeout - (self._clock.monotonic() - started)) > 0:
            await self._wait(left)
            found = self._next(limit)
        return found

    def _forget(self, offset: int) -> None:
        if offset < 0:
            for update_id in list(self._pending)[:offset]:
                del self._pending[update_id]
        elif offset and offset <= self._next_id + FAR_OFFSET:
            while self._pending and (first := next(iter(self._pending))) < offset:
                del self._pending[first]

    def _next(self, limit: int) -> list[bytes]:
        again, self._again = self._again[:limit], self._again[limit:]
        found = [update.body for update in again]
        size = sum(map(len, found))
        for update in islice(self.waiting(), limit - len(found)):
            size += len(update.body)
            if found and size > RESPONSE_BYTES:
                break
            found.append(update.body)
        return found

    async def _wait(self, timeout: float) -> None:
        await self.conflict(POLL_CONFLICT)
        self._poller = poller = asyncio.get_running_loop().create_future()
        self._news.clear()
        news = asyncio.ensure_future(self._clock.wait(self._news, timeout))
        try:
            await asyncio.wait((news, poller), return_when=asyncio.FIRST_COMPLETED)
            if self._poller is not poller:
                await poller  # Another took over: what came meanwhile is theirs, here the 409 comes, soon or late.
        finally:
            news.cancel()
            if self._poller is poller:
                self._poller = None

    async def conflict(self, reason: str) -> None:
        """Ends a poll that waits, with 409 and that reason; late where the last conflict was just now."""
        poller, self._poller = self._poller, None
        if poller is None or poller.done():
            return
        now = self._clock.monotonic()
        if now - self._last_conflict < CONFLICT_PAUSE:
            asyncio.ensure_future(self._fail_later(poller, reason))  # noqa: RUF006 - the poll itself waits for it
        else:
            poller.set_exception(ApiError(409, reason))
        self._last_conflict = now

    async def _fail_later(self, poller: asyncio.Future[None], reason: str) -> None:
        # The server's end does not wait for a refusal that is late on purpose.
        await self._clock.wait(self._closing, CONFLICT_PAUSE)
        if not poller.done():
            poller.set_exception(ApiError(409, reason))
