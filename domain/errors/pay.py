"""Refusals about what pay is made of: rates, fixed pay, bonuses, fines and their appeals, corrections."""

from domain.errors.base import Conflict, NotAllowed


class OwnPay(NotAllowed):
    """Nobody decides about their own pay."""

    code = "own_pay"


class RateExists(Conflict):
    """A rate for the same category, worker and day: withdraw it first. Facts: `effective_from`, `amount`."""

    code = "rate_exists"


class FixedPayExists(Conflict):
    """Fixed pay of the same worker from the same day on: withdraw it first. Facts: `effective_from`, `amount`."""

    code = "fixed_pay_exists"


class AlreadyWithdrawn(Conflict):
    """Facts: `withdrawn_at`."""

    code = "already_withdrawn"


class AlreadyCancelled(Conflict):
    """Facts: `cancelled_at`, `reason`."""

    code = "already_cancelled"


class AppealTooLate(Conflict):
    """A fine can be appealed within 7 days. Facts: `until`."""

    code = "appeal_too_late"


class AlreadyAppealed(Conflict):
    """A fine is appealed once. Facts: `status`."""

    code = "already_appealed"


class NotInvoiced(Conflict):
    """The order is on no issued invoice: it is decided anew, not reversed. Facts: `status`."""

    code = "not_invoiced"


class AlreadyReversed(Conflict):
    code = "already_reversed"


class NothingBilled(Conflict):
    """The order was billed at a rate of zero: there is nothing to take back."""

    code = "nothing_billed"


class CorrectionInvoiced(Conflict):
    """The correction is on an issued invoice. Facts: `number`."""

    code = "correction_invoiced"
