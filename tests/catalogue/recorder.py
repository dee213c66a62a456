"""The recorder: every screen that a bot shows, the view that made it, and who read it."""

from __future__ import annotations

import gettext
import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any, Final

import pytest

import bot.application
import bot.screens.i18n
from bot.delivery.outbox import Outbox
from bot.delivery.queue import QueuedNotification
from bot.delivery.sender import Sender
from bot.screens.i18n import translations_for
from bot.screens.scope import current_scope
from bot.screens.screen import Answer, Screen, Sent
from bot.updates.inbox import StoredUpdate
from bot.updates.processor import Processor
from domain.errors import DomainError
from domain.unit_of_work import UnitOfWork
from tests.support.keeping import ROOT

KIT: Final = ("homes", "form_view", "form_engine", "router")
"""Modules of the kit that make screens themselves."""
STRANGER: Final = "stranger"
MAX_FRAMES: Final = 60


@dataclass
class Making:
    """What was made while an update ran, or while a notification was rendered."""

    screens: list[tuple[tuple[str, ...], Screen]] = field(default_factory=list)
    """With the views on whose behalf each was made, the innermost first."""
    texts: set[str] = field(default_factory=set)
    """That went through the translation."""
    refusal: str = ""
    """The class of the error that an update was refused with."""


@dataclass(frozen=True)
class Shown:
    """A screen in a chat."""

    view: str
    """Such as "delivery.views.people", "submit: title" for a question of a form."""
    makers: frozenset[str]
    """All views on whose behalf it was made."""
    reader: str
    """A role, or "stranger"."""
    chat_id: int
    screen: Screen
    texts: frozenset[str]
    """Texts in the source of which it was put together, among others that were looked at."""
    sent: Sent | None
    """Where it stands; None: it is a box or a toast alone."""
    is_notice: bool = False

    @property
    def said(self) -> list[str]:
        """All that a person reads of it."""
        labels = [button.text for row in self.screen.rows for button in row]
        return [text for text in (self.screen.text, *labels, self.screen.toast) if text]


_making: ContextVar[Making | None] = ContextVar("making", default=None)


class Recorder:
    """Watches the bots that are made inside of `watching`."""

    def __init__(self) -> None:
        self.shown: list[Shown] = []
        self.processed = 0
        """Updates, from the first on."""
        self.roles: dict[int, str] = {}
        """By chat: of those who read notifications."""
        self.processors: list[Processor] = []
        self._rendered: list[tuple[Screen, Making]] = []

    @contextmanager
    def watching(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Screen, "__init__", _noting_init(Screen.__init__))
            patch.setattr(bot.screens.i18n, "translations_for", _noting_translations)
            patch.setattr(bot.application, "Processor", self._processor())
            patch.setattr(bot.application, "Sender", self._sender())
            patch.setattr(bot.application, "Outbox", self._outbox())
            yield

    def answered(self, answer: Answer, shown: list[tuple[Screen, Sent]]) -> None:
        making = _making.get() or Making()
        scope = current_scope()
        actor = scope.standing.actor
        reader = actor.role.value if actor is not None else STRANGER
        places = {id(screen): sent for screen, sent in shown}
        draft = scope.drafts.open
        for screen in answer.screens:
            if not (screen.text or screen.media or screen.toast):
                continue
            name, makers = _maker(screen, making)
            if screen.form and draft is not None:
                name = f"{draft.form}: {draft.step}"
            self._add(name, makers, reader, answer.origin.chat_id, screen, making, places.get(id(screen)))

    def notified(self, chat_id: int, screen: Screen, sent: Sent | None) -> None:
        making = next((making for made, making in reversed(self._rendered) if made is screen), Making())
        name, makers = _maker(screen, making)
        reader = self.roles.get(chat_id, STRANGER)
        self._add(name, makers, reader, chat_id, screen, making, sent, is_notice=True)

    def _add(
        self,
        name: str,
        makers: frozenset[str],
        reader: str,
        chat_id: int,
        screen: Screen,
        making: Making,
        sent: Sent | None,
        *,
        is_notice: bool = False,
    ) -> None:
        texts = frozenset(making.texts)
        self.shown.append(Shown(name, makers, reader, chat_id, screen, texts, sent, is_notice))

    # What the bot under watch is made of

    def _processor(self) -> type[Processor]:
        recorder = self

        class WatchedProcessor(Processor):
            def __init__(self, *args: Any, **more: Any) -> None:
                super().__init__(*args, **more)
                recorder.processors.append(self)

            async def process(self, stored: StoredUpdate) -> None:
                _making.set(Making())
                try:
                    await super().process(stored)
                finally:
                    recorder.processed += 1

            async def _refused(self, stored: StoredUpdate, error: DomainError) -> Answer:
                if making := _making.get():
                    making.refusal = type(error).__name__
                return await super()._refused(stored, error)

        return WatchedProcessor

    def _sender(self) -> type[Sender]:
        recorder = self

        class WatchedSender(Sender):
            async def answer(self, answer: Answer) -> list[tuple[Screen, Sent]]:
                shown = await super().answer(answer)
                recorder.answered(answer, shown)
                return shown

            async def notify(self, chat_id: int, screen: Screen) -> Sent | None:
                sent = await super().notify(chat_id, screen)
                recorder.notified(chat_id, screen, sent)
                return sent

        return WatchedSender

    def _outbox(self) -> type[Outbox]:
        recorder = self

        class WatchedOutbox(Outbox):
            async def _view(self, unit: UnitOfWork, notification: QueuedNotification) -> Screen | None:
                _making.set(making := Making())
                screen = await super()._view(unit, notification)
                if screen is not None:
                    recorder._rendered.append((screen, making))
                return screen

        return WatchedOutbox


def _maker(screen: Screen, making: Making) -> tuple[str, frozenset[str]]:
    """The view that wrote the text, and all views on whose behalf the screen was made."""
    near = [(names, made) for names, made in making.screens if names and _is_made_of(screen, made)]
    makers = frozenset(name for names, _made in near for name in names)
    if making.refusal and not screen.form:
        return f"refused: {making.refusal}", makers
    # Who gives a made screen a toast or another place has not written it.
    writers = {made.text or made.toast: names for names, made in reversed(near)}
    latest = [name for names, made in reversed(near) for name in writers[made.text or made.toast]]
    by_family = [name for name in latest if name.partition(".")[0] not in KIT]
    return next(iter((*by_family, *latest)), "?"), makers


def _is_made_of(screen: Screen, made: Screen) -> bool:
    if screen.text:
        return bool(made.text) and made.text in screen.text
    if screen.media:
        return made.media == screen.media
    return bool(made.toast) and made.toast == screen.toast


def _noting_init(init: Any) -> Any:
    def noting(self: Screen, *args: Any, **values: Any) -> None:
        init(self, *args, **values)
        making = _making.get()
        if making is not None:
            making.screens.append((_views_above(sys._getframe(1)), self))

    return noting


def _views_above(frame: FrameType | None) -> tuple[str, ...]:
    names = []
    for _step in range(MAX_FRAMES):
        if frame is None:
            break
        if name := _view_of(frame.f_code.co_filename, frame.f_code.co_qualname):
            names.append(name)
        frame = frame.f_back
    return tuple(dict.fromkeys(names))


@cache
def _view_of(filename: str, qualname: str) -> str | None:
    """The name of a public view: "delivery.views.people", "homes.home"."""
    path = Path(filename)
    if not path.is_relative_to(ROOT):
        return None
    parts = path.relative_to(ROOT).parts
    function = qualname.split(".<locals>", maxsplit=1)[0].rpartition(".")[2]
    if function.startswith(("_", "<")):
        return None
    if parts[0] == "handlers" and path.stem in {"views", "notices"}:
        return f"{parts[1]}.{path.stem}.{function}"
    if parts[:2] == ("bot", "screens") and path.stem in KIT:
        return f"{path.stem}.{function}"
    return None


class _Noting(gettext.NullTranslations):
    """Another language's texts; notes which are asked for."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._texts = translations_for(language)

    def gettext(self, message: str) -> str:
        self._note(message)
        return self._texts.gettext(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        self._note(msgid1, msgid2)
        return self._texts.ngettext(msgid1, msgid2, n)

    @staticmethod
    def _note(*messages: str) -> None:
        if making := _making.get():
            making.texts.update(messages)


_noting_translations = cache(_Noting)


def public_views() -> set[str]:
    """All functions of the registered families' views and notices that make screens."""
    from handlers.registration import FAMILIES  # noqa: PLC0415 - what is registered is looked at late

    found = set()
    for family in FAMILIES:
        for part in ("views", "notices"):
            module = f"handlers.{family.name}.{part}"
            for name, function in vars(sys.modules[module]).items() if module in sys.modules else ():
                if name.startswith("_") or not inspect.isfunction(function) or function.__module__ != module:
                    continue
                if "Screen" in str(function.__annotations__.get("return", "")):
                    found.add(f"{family.name}.{part}.{name}")
    return found
