"""From a refusal to its sentence: one table, keyed by the class of the error."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from domain.errors import DomainError

if TYPE_CHECKING:
    from bot.screens.context import OpsContext

E = TypeVar("E", bound=DomainError)
Explanation = Callable[[E, "OpsContext"], str]
"""From an error to what its reader is told: what is wrong, and what to do.

Plain text, for a message as for the box after a tap, so at most 200 characters. It calls `_` with a literal text.
"""


class ErrorTexts:
    """Sentences by class of error. Each family of screens has such a table for its own; the bot has one of all."""

    def __init__(self, *tables: ErrorTexts) -> None:
        """With what other tables hold."""
        self._texts: dict[type[DomainError], Explanation[Any]] = {}
        self._families: set[type[DomainError]] = set()
        for table in tables:
            self.include(table)

    def add(self, kind: type[E], text: Explanation[E], *, family: bool = False) -> None:
        """Adds the sentence of one class.

        Args:
            kind: The error.
            text: Makes the sentence, when it is needed.
            family: Its subclasses may do without sentences of their own.

        Raises:
            ValueError: The class has another sentence already.
        """
        if self._texts.setdefault(kind, text) is not text:
            raise ValueError(f"{kind.__name__} has a sentence already")
        if family:
            self._families.add(kind)

    def explains(self, kind: type[E], *, family: bool = False) -> Callable[[Explanation[E]], Explanation[E]]:
        """Decorates a function that makes a sentence; otherwise as `add`."""

        def added(text: Explanation[E]) -> Explanation[E]:
            self.add(kind, text, family=family)
            return text

        return added

    def include(self, table: ErrorTexts) -> None:
        """Adds all that another table holds.

        Raises:
            ValueError: Both have a sentence for the same class, and not the same one.
        """
        for kind, text in table._texts.items():
            self.add(kind, text, family=kind in table._families)

    def covers(self, kind: type[DomainError]) -> bool:
        """Whether somebody wrote a sentence with this class in mind: for it, or for a family that it belongs to."""
        return kind in self._texts or any(each in self._families for each in kind.__mro__)

    def text_of(self, error: DomainError, context: OpsContext) -> str:
        """The sentence of the error's class, or of the nearest class above it that has one.

        Raises:
            LookupError: Nothing is said even of `DomainError`.
        """
        for kind in type(error).__mro__:
            if kind in self._texts:
                return self._texts[kind](error, context)
        raise LookupError(type(error).__name__)
