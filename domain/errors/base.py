"""What every refusal is, and the families that handlers catch."""

from typing import ClassVar


class DomainError(Exception):
    """A refusal that its reader can act on. A failure of the program itself is never one of these.

    `facts` holds only values that the person may see: they end up in a message.
    """

    code: ClassVar[str] = "refused"

    def __init__(self, **facts: object) -> None:
        super().__init__(facts)
        self.facts = facts

    def __str__(self) -> str:
        """For log lines: the code, then the facts."""
        if not self.facts:
            return self.code
        return f"{self.code}: " + ", ".join(f"{name}={value}" for name, value in self.facts.items())


class InvalidInput(DomainError):  # noqa: N818 - the family is named DomainError; its members say what happened
    """What was typed cannot be meant: ask again."""

    code = "invalid_input"


class NotFound(DomainError):  # noqa: N818
    """There is no such record, or none that this person may see: the two answer alike."""

    code = "not_found"


class NotAllowed(DomainError):  # noqa: N818
    """The person's role does not include this."""

    code = "not_allowed"


class Conflict(DomainError):  # noqa: N818
    """The record is not, or no longer, in a state that allows this."""

    code = "conflict"
