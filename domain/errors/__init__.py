"""What a use case refuses. An error says what is wrong, in typed fields; `bot.screens.errors` finds its sentence.

Here are the families, which callers catch. What can go wrong with one noun stands in the module of that noun, and is
imported from there: `from domain.errors.orders import OwnOrder`. Nothing is listed twice.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from domain.access import Permission


@dataclass(eq=False, kw_only=True)
class DomainError(Exception):
    """A refusal that its reader can act on. A failure of the program itself is never one of these.

    A subclass is a dataclass too. Its fields hold only what the person may see, as they end up in a message and in the
    log. Nobody changes them: an exception cannot be frozen, as Python writes the traceback into it.
    """

    def __str__(self) -> str:
        """For log lines: the class, then its fields."""
        facts = ", ".join(f"{name}={value}" for name, value in self._facts().items())
        return f"{type(self).__name__}: {facts}" if facts else type(self).__name__

    def __reduce__(self) -> tuple[Any, ...]:
        """For pickling and copying: exceptions are made again from `args`, and a dataclass has none."""
        return partial(type(self), **self._facts()), (), self.__dict__

    def _facts(self) -> dict[str, object]:
        return {each.name: getattr(self, each.name) for each in fields(self)}


class InvalidInput(DomainError):  # noqa: N818 - the family is named DomainError; its members say what happened
    """What was typed cannot be meant: ask again."""


@dataclass(eq=False, kw_only=True)
class NotFound(DomainError):  # noqa: N818
    """There is no such record, or none that this person may see: the two answer alike."""

    what: str
    """The kind of record, for the log: "order", "invoice"."""


@dataclass(eq=False, kw_only=True)
class NotAllowed(DomainError):  # noqa: N818
    """The person's role does not include this; or, in a subclass, the role does and something else is in the way."""

    permission: Permission | None = None
    """What the role lacks. None: nothing, the subclass says what it is."""


class Conflict(DomainError):  # noqa: N818
    """The record is not, or no longer, in a state that allows this."""


class ChangedMeanwhile(Conflict):
    """Somebody else changed the same thing in this moment: look again, then decide again."""
