"""How an order moves: the states of the business's rules, as a table. The service allows nothing else.

Archiving is no state of its own: it is a mark on an order that is not decided to be paid, and restoring takes it off.
"""

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Final

from domain.orders.model import OrderStatus


class Who(StrEnum):
    WORKER = auto()
    """The order's worker, and nobody else."""
    ADMIN = auto()
    """Any admin."""
    OTHER_ADMIN = auto()
    """Any admin but the order's worker: nobody decides their own order."""
    SYSTEM = auto()
    """What happens to invoices."""


class Move(StrEnum):
    SUBMIT = auto()
    """The first time, and again after a rejection or needed changes."""
    ASSIGN = auto()
    APPROVE = auto()
    REJECT = auto()
    RETURN = auto()
    """Needs changes."""
    UNDO = auto()
    COMPLETE = auto()
    """Its invoice was issued."""
    RELEASE = auto()
    """Its invoice was voided."""
    ARCHIVE = auto()
    RESTORE = auto()


@dataclass(frozen=True, slots=True)
class Transition:
    move: Move
    source: OrderStatus | None
    """None: there is no order yet."""
    target: OrderStatus
    who: Who
    next_version: bool = False
    """Whether the record's version goes up by one: the next submission is another one."""


TRANSITIONS: Final = (
    Transition(Move.SUBMIT, None, OrderStatus.UNDER_QA, Who.WORKER),
    Transition(Move.ASSIGN, None, OrderStatus.IN_PROGRESS, Who.ADMIN),
    Transition(Move.SUBMIT, OrderStatus.IN_PROGRESS, OrderStatus.UNDER_QA, Who.WORKER),
    Transition(Move.APPROVE, OrderStatus.UNDER_QA, OrderStatus.APPROVED, Who.OTHER_ADMIN),
    Transition(Move.REJECT, OrderStatus.UNDER_QA, OrderStatus.REJECTED, Who.OTHER_ADMIN),
    # The version goes up when the work is sent back, so that In Progress -> Under QA is the same step the first time
    # and later, and no button of the version before still fits.
    Transition(Move.RETURN, OrderStatus.UNDER_QA, OrderStatus.IN_PROGRESS, Who.OTHER_ADMIN, next_version=True),
    Transition(Move.SUBMIT, OrderStatus.REJECTED, OrderStatus.UNDER_QA, Who.WORKER, next_version=True),
    Transition(Move.UNDO, OrderStatus.APPROVED, OrderStatus.UNDER_QA, Who.OTHER_ADMIN),
    Transition(Move.UNDO, OrderStatus.REJECTED, OrderStatus.UNDER_QA, Who.OTHER_ADMIN),
    Transition(Move.COMPLETE, OrderStatus.APPROVED, OrderStatus.COMPLETED, Who.SYSTEM),
    Transition(Move.RELEASE, OrderStatus.COMPLETED, OrderStatus.APPROVED, Who.SYSTEM),
)
ARCHIVABLE: Final = frozenset({OrderStatus.UNDER_QA, OrderStatus.IN_PROGRESS, OrderStatus.REJECTED})
"""An archived order pays nothing; so one that is to be paid cannot be archived."""

_BY_STEP: Final = {(each.move, each.source): each for each in TRANSITIONS}


def transition(move: Move, source: OrderStatus | None) -> Transition | None:
    """What `move` does to an order in state `source`; None: nothing, it is not allowed."""
    return _BY_STEP.get((move, source))


def moves_from(
    status: OrderStatus, *, archived: bool, is_its_worker: bool, may_submit: bool, may_decide: bool
) -> frozenset[Move]:
    """What a person can do to an order as it stands: the buttons to show. The service checks again at the tap."""
    if archived:
        return frozenset({Move.RESTORE}) if may_decide else frozenset()
    allowed = {
        Who.WORKER: is_its_worker and may_submit,
        Who.ADMIN: may_decide,
        Who.OTHER_ADMIN: may_decide and not is_its_worker,
        Who.SYSTEM: False,
    }
    moves = {each.move for each in TRANSITIONS if each.source is status and allowed[each.who]}
    if may_decide and status in ARCHIVABLE:
        moves.add(Move.ARCHIVE)
    return frozenset(moves)
