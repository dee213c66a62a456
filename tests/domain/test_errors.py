"""What every refusal is: an exception with typed fields."""

import copy
import pickle
from datetime import UTC, datetime

from domain.access import Permission
from domain.errors import Conflict, DomainError, NotAllowed
from domain.errors.orders import AlreadyDecided
from domain.errors.submissions import SubmissionsTooMany
from domain.orders.model import OrderStatus

DECIDED = AlreadyDecided(
    status=OrderStatus.APPROVED,
    version=2,
    decided_by="Ayesha",
    decided_at=datetime(2026, 11, 10, 12, tzinfo=UTC),
    by_you=False,
)


def test_a_refusal_says_in_the_log_what_it_is() -> None:
    assert str(DECIDED) == (
        "AlreadyDecided: status=Approved, version=2, decided_by=Ayesha, "
        "decided_at=2026-11-10 12:00:00+00:00, by_you=False"
    )
    assert str(NotAllowed(permission=Permission.MANAGE_PAY)) == "NotAllowed: permission=manage_pay"
    assert str(Conflict()) == "Conflict"


def test_a_refusal_can_be_copied_and_pickled() -> None:
    """Other processes get it so: a test runner's workers, for one."""
    for error in (DECIDED, SubmissionsTooMany(typed="9", limit=3), DomainError()):
        for again in (copy.copy(error), copy.deepcopy(error), pickle.loads(pickle.dumps(error))):  # noqa: S301 - our own bytes
            assert type(again) is type(error)
            assert vars(again) == vars(error)


def test_two_refusals_with_the_same_fields_are_two() -> None:
    assert len({DomainError(), DomainError()}) == 2
