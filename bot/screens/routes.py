"""Declarations of a family of screens: commands, buttons, messages, menu entries, forms, errors' sentences, notices.

A handler parses, makes one service call, and returns what is to be shown.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from bot.screens.errors import ErrorTexts
from bot.screens.form import Form, Shown
from bot.screens.menus import Entry, EntryButton, Headline, Line, Menu
from bot.screens.payloads import Payload
from bot.screens.screen import Screen

if TYPE_CHECKING:
    from telegram import Message

    from bot.screens.context import OpsContext
    from bot.screens.interface import Notice
    from domain.accounts.model import Role
    from domain.errors import DomainError
    from domain.notifications.kinds import NotificationKind

P = TypeVar("P", bound=Payload)
H = TypeVar("H", bound=Callable[..., Awaitable[Any]])
CommandHandler = Callable[["OpsContext"], Awaitable[Shown]]
MessageHandler = Callable[["OpsContext", "Message"], Awaitable[Shown | None]]
"""Answers a message outside of forms; None: it is not for this one."""
Truth = Callable[["OpsContext", Any, "DomainError"], Awaitable[Screen | None]]
"""The record that a tapped button is about, as it is now: shown beside a refusal."""


@dataclass(frozen=True, slots=True)
class CommandRoute:
    name: str
    """Without its slash."""
    title: Callable[[], str]
    """What /help and Telegram's command menu say of it."""
    roles: frozenset[Role]
    """In whose /help it stands. Who may use it, the service decides."""
    order: int
    handler: CommandHandler
    in_menu: bool
    """Whether Telegram's own command menu has it, beside /help."""
    is_open: bool
    """For strangers too."""
    is_for_strangers: bool = False
    """Whether the command menu of those who are not logged in has it, at its top."""


@dataclass(frozen=True, slots=True)
class ButtonRoute:
    payload: type[Payload]
    handler: Callable[[OpsContext, Any], Awaitable[Shown]]
    is_open: bool


@dataclass(frozen=True, slots=True)
class MessageRoute:
    handler: MessageHandler
    order: int
    is_open: bool


@dataclass
class Routes:
    """The ways into one family's screens."""

    commands: list[CommandRoute] = field(default_factory=list)
    buttons: list[ButtonRoute] = field(default_factory=list)
    messages: list[MessageRoute] = field(default_factory=list)
    truths: dict[type[Payload], Truth] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    headlines: list[Headline] = field(default_factory=list)

    def command(
        self,
        name: str,
        title: Callable[[], str],
        *roles: Role,
        order: int = 100,
        in_menu: bool = False,
        is_open: bool = False,
        is_for_strangers: bool = False,
    ) -> Callable[[H], H]:
        """The handler of a command; it gets the context alone."""

        def added(handler: H) -> H:
            self.commands.append(
                CommandRoute(
                    name,
                    title,
                    frozenset(roles),
                    order,
                    handler,
                    in_menu=in_menu,
                    is_open=is_open or is_for_strangers,
                    is_for_strangers=is_for_strangers,
                )
            )
            return handler

        return added

    def button(self, *payloads: type[Payload], is_open: bool = False) -> Callable[[H], H]:
        """The handler of buttons that carry one of these; it gets the context and the payload."""

        def added(handler: H) -> H:
            self.buttons.extend(ButtonRoute(each, handler, is_open) for each in payloads)
            return handler

        return added

    def message(self, *, order: int = 100, is_open: bool = False) -> Callable[[H], H]:
        """The handler of messages outside of forms; the first one that does not return None answers."""

        def added(handler: H) -> H:
            self.messages.append(MessageRoute(handler, order, is_open))
            return handler

        return added

    def truth(self, *payloads: type[Payload]) -> Callable[[H], H]:
        """The handler that shows the record of a refused button as it is now."""

        def added(handler: H) -> H:
            self.truths.update(dict.fromkeys(payloads, handler))
            return handler

        return added

    def entry(self, menu: Menu, role: Role, row: int, button: EntryButton, *, order: int = 0) -> None:
        """A button on a menu."""
        self.entries.append(Entry(menu, role, row, button, order))

    def headline(self, role: Role, order: int, line: Line) -> None:
        """A line at the top of a role's home."""
        self.headlines.append(Headline(role, order, line))


@dataclass(frozen=True, kw_only=True)
class Family:
    """One folder of screens, as `handlers.registration` lists it."""

    name: str
    routes: Routes
    forms: tuple[Form[Any], ...] = ()
    errors: ErrorTexts = field(default_factory=ErrorTexts)
    notices: Mapping[NotificationKind, Notice] = field(default_factory=dict)
