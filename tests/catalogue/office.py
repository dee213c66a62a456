"""The office that a tour goes through: people with phones, and a bot whose every screen is recorded and tried out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import UUID

from bot.screens.form_texts import earlier_step
from bot.screens.i18n import speaking
from bot.screens.payloads import unpack
from bot.screens.router import old_button
from bot.screens.screen import Answer, Button
from domain.access import SYSTEM, Actor
from domain.accounts.model import Role
from domain.unit_of_work import UnitOfWork
from playground.phone import Button as ShownButton
from playground.phone import Phone, Screen
from playground.seen import as_seen
from tests.catalogue.english import english_of
from tests.catalogue.recorder import Recorder, Shown
from tests.catalogue.rehearsal import Rehearsal, rehearsing
from tests.catalogue.words import Words
from tests.flows.stage import Stage, staged
from tests.support.databases import Databases

SETTLED_AFTER: Final = 0.002
T = TypeVar("T")


@dataclass
class Person:
    """Somebody with a phone. Each act ends once the bot is at rest, and what it showed is recorded."""

    office: Office
    phone: Phone
    name: str
    actor: Actor | None = None
    email: str = ""

    @property
    def id(self) -> UUID:
        return self.known.user_id

    @property
    def known(self) -> Actor:
        assert self.actor is not None, f"{self.name} has no account"
        return self.actor

    async def screen(self) -> Screen:
        return await self.phone.screen()

    async def say(self, text: str) -> int:
        """Types a message; its number."""
        return await self.office.done(self.phone.say(text))

    async def edit(self, message_id: int, text: str) -> None:
        await self.office.done(self.phone.edit(message_id, text))

    async def open(self, payload: str = "") -> None:
        await self.office.done(self.phone.open(payload))

    async def send(self, sending: Awaitable[Any], updates: int = 1) -> None:
        """Anything else that a phone can send: `ayesha.send(ayesha.phone.send_voice())`."""
        await self.office.done(sending, updates)

    async def photo(self, caption: str = "") -> None:
        await self.office.done(self.phone.send_photo(caption=caption))

    async def block(self) -> None:
        await self.office.done(self.phone.block())

    async def unblock(self) -> None:
        await self.office.done(self.phone.unblock())

    async def tap(self, *labels: str) -> None:
        """Taps buttons one after another: each on the newest message that has one whose English label is that, or else
        begins so.

        Raises:
            AssertionError: There is none.
        """
        for label in labels:
            button = self._found(await self.screen(), label)
            assert button is not None, f"{self.name} sees no button “{label}”:\n{await self.screen()}"
            await self.office.done(self.phone.tap(button.text, message_id=button.message_id))

    def _found(self, screen: Screen, label: str) -> ShownButton | None:
        label = english_of(label, self.office.language)
        for message in reversed(screen.messages):
            names = {english_of(button.text, self.office.language): button for button in reversed(message.buttons)}
            found = [button for name, button in names.items() if name.startswith(label)]
            if found:
                return names.get(label, found[-1])
        return None


@dataclass
class Office:
    """Everything a tour needs."""

    stage: Stage
    words: Words
    language: str
    recorder: Recorder
    rehearsal: Rehearsal
    problems: list[str] = field(default_factory=list)
    """Dead ends: buttons that lead nowhere."""
    tried: set[tuple[str, str, str]] = field(default_factory=set)
    _expected: int = 0
    _walked: int = 0
    _people: int = 0

    # People

    async def admin(self, name: str = "") -> Person:
        return await self.person(name or self.words.admin, Role.ADMIN)

    async def worker(self, name: str = "") -> Person:
        return await self.person(name or self.words.worker, Role.WORKER)

    async def person(self, name: str, role: Role) -> Person:
        """Somebody who is logged in, at home."""
        self._people += 1
        made = await self.stranger(name)
        made.email = f"person{self._people}@example.com"
        async with self.unit() as unit:
            invited = await self.stage.accounts(unit).invite_user(name, made.email, role, actor=SYSTEM)
            entered = await self.stage.entrance(unit).accept_invite(invited.token, made.phone.user_id)
            made.actor = Actor(entered.person.id, name, role, made.phone.user_id)
            self.recorder.roles[made.phone.user_id] = role.value
        await made.say("/menu")
        return made

    async def stranger(self, name: str = "") -> Person:
        phone = await self.stage.stranger("Somebody")
        return Person(self, phone, name or self.words.new)

    # What happens beside the phones

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[UnitOfWork]:
        """A transaction beside the bot, for what is there already; what it queues is sent and recorded."""
        async with self.stage.unit() as unit:
            yield unit
        await self.settle()

    async def at(self, instant: datetime) -> None:
        """Sets the clock; what is due by then goes out."""
        self.stage.clock.set(instant)
        self.stage.bot.outbox.wake()
        await self.settle()

    async def later(self, **amount: float) -> None:
        self.stage.clock.advance(**amount)
        self.stage.bot.outbox.wake()
        await self.settle()

    async def done(self, act: Awaitable[T], updates: int = 1) -> T:
        """Does something that the bot gets so many updates of."""
        result = await act
        self._expected += updates
        await self.settle()
        return result

    async def settle(self) -> None:
        while self.recorder.processed < self._expected:
            await asyncio.sleep(SETTLED_AFTER)
        await self.stage.settled()
        await self._walk()

    # The walk

    async def _walk(self) -> None:
        """Taps every button of every screen that is new, in rehearsal: now, as what is shown fits what is true now."""
        for shown in self.recorder.shown[self._walked :]:
            for row in shown.screen.rows if shown.sent is not None else ():
                for button in row:
                    kind = type(unpack(button.data)).__name__ if button.data else ""
                    once = (shown.view, shown.reader, f"{kind} {''.join(c for c in button.text if not c.isdigit())}")
                    if kind and once not in self.tried:
                        self.tried.add(once)
                        await self._try(shown, button)
        self._walked = len(self.recorder.shown)

    async def _try(self, shown: Shown, button: Button) -> None:
        where = f"{shown.view} for {shown.reader}: [{as_seen(button.text)}]"
        self.rehearsal.refresh()
        try:
            answer = await self.rehearsal.tap(shown, button)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is reported
            self.problems.append(f"{where} fails: {error!r}")
            return
        if problem := self._dead_end(answer):
            self.problems.append(f"{where} {problem}")

    def _dead_end(self, answer: Answer) -> str:
        screens = [screen for screen in answer.screens if screen.text or screen.media]
        toast = next((screen.toast for screen in answer.screens if screen.toast), "")
        with speaking(self.language):
            if toast in {old_button().toast, earlier_step()}:
                return f"is old at once: {toast}"
        if not screens:
            return "" if toast else "does nothing"
        if not any(screen.rows for screen in screens):
            return f"leads to a screen without buttons: {screens[-1].text}"
        return ""


Tour = Callable[[Office], Awaitable[None]]


@asynccontextmanager
async def opened(
    database_url: str, folder: Path, words: Words, language: str, recorder: Recorder
) -> AsyncIterator[Office]:
    """An office without people, of a bot that speaks that language."""
    async with staged(database_url, folder, org_language=language, org_name=words.organization) as stage:
        original = Path(database_url.removeprefix("sqlite:///"))
        async with rehearsing(stage.settings, original, stage.clock, recorder) as rehearsal:
            yield Office(stage, words, language, recorder, rehearsal)


@dataclass(frozen=True)
class Toured:
    """What a tour has seen."""

    name: str
    shown: Sequence[Shown]
    problems: Sequence[str]


def toured(name: str, tour: Tour, databases: Databases, folder: Path, words: Words, language: str) -> Toured:
    """Goes through a tour, in an office of its own."""
    with databases.migrated("sqlite") as url:
        return asyncio.run(_toured(name, tour, url, folder, words, language))


async def _toured(name: str, tour: Tour, database_url: str, folder: Path, words: Words, language: str) -> Toured:
    recorder = Recorder()
    with recorder.watching():
        async with opened(database_url, folder, words, language, recorder) as office:
            await tour(office)
            await office.settle()
            return Toured(name, tuple(recorder.shown), tuple(office.problems))
