"""What a use case refuses, as a code and facts. The words that a person reads are the views' business.

Catch a class to handle a family (`except Conflict`), read `code` to choose a text, `facts` to fill it in.
"""

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


class InvalidAmount(InvalidInput):
    """Not an amount of money that this system can hold."""

    code = "invalid_amount"


class NotAnAmount(InvalidAmount):
    """No number could be read, or more than one reading is possible ("12,50")."""

    code = "not_an_amount"


class AmountTooPrecise(InvalidAmount):
    """More than two decimal places. Nothing is rounded behind a person's back."""

    code = "amount_too_precise"


class AmountNegative(InvalidAmount):
    code = "amount_negative"


class AmountZero(InvalidAmount):
    code = "amount_zero"


class AmountOutOfRange(InvalidAmount):
    """Beyond DECIMAL(10,2). Facts: `limit`."""

    code = "amount_out_of_range"


class InvalidMonth(InvalidInput):
    """Not a month like 2026-10."""

    code = "invalid_month"


class NotFound(DomainError):  # noqa: N818
    """There is no such record, or none that this person may see: the two answer alike."""

    code = "not_found"


class NotAllowed(DomainError):  # noqa: N818
    """The person's role does not include this."""

    code = "not_allowed"


class Conflict(DomainError):  # noqa: N818
    """The record is not, or no longer, in a state that allows this."""

    code = "conflict"


class AlreadyDecided(Conflict):
    """Another admin was first. Facts: `status`, `decided_by`, `decided_at`."""

    code = "already_decided"


class OutOfDate(Conflict):
    """The screen shows an older version than the record has. Facts: `version`."""

    code = "out_of_date"


class MonthNotClosable(Conflict):
    """The worker's month cannot be closed yet."""

    code = "month_not_closable"


class RateMissing(MonthNotClosable):
    """An approved order has no rate: missing is not zero. Facts: `category`, `orders`."""

    code = "rate_missing"


class MonthAlreadyInvoiced(Conflict):
    """The worker has a non-void invoice for this month. Facts: `number`."""

    code = "month_already_invoiced"


# Orders and files


class TextMissing(InvalidInput):
    """Nothing that can be read was typed. Facts: `field`."""

    code = "text_missing"


class TextTooLong(InvalidInput):
    """Facts: `field`, `limit` and `length`, in characters. Nothing is cut behind a person's back."""

    code = "text_too_long"


class InvalidSubmissions(InvalidInput):
    """Not a number of submissions. Facts: `typed`."""

    code = "invalid_submissions"


class SubmissionsNotANumber(InvalidSubmissions):
    """Words, or a number and words: "ten", "5 links"."""

    code = "submissions_not_a_number"


class SubmissionsNotWhole(InvalidSubmissions):
    """A fraction; "1.0" too, as whoever types that may mean something else."""

    code = "submissions_not_whole"


class SubmissionsExponent(InvalidSubmissions):
    """Scientific notation, such as "1e9"."""

    code = "submissions_exponent"


class SubmissionsZero(InvalidSubmissions):
    code = "submissions_zero"


class SubmissionsNegative(InvalidSubmissions):
    code = "submissions_negative"


class SubmissionsTooMany(InvalidSubmissions):
    """Facts: `limit`."""

    code = "submissions_too_many"


class ApprovedOutOfRange(InvalidInput):
    """Not between 1 and what was submitted; to approve none is to reject. Facts: `total`."""

    code = "approved_out_of_range"


class CategoryUnavailable(InvalidInput):
    """No category has this name, or it takes no new orders. Facts: `category`."""

    code = "category_unavailable"


class CategoryExists(Conflict):
    """One has this name already, in whatever case. Facts: `category`, as it is written."""

    code = "category_exists"


class DraftIncomplete(InvalidInput):
    """Facts: `missing`, the names of the draft's fields."""

    code = "draft_incomplete"


class TooManyFiles(InvalidInput):
    """Facts: `limit`."""

    code = "too_many_files"


class DueDateInPast(InvalidInput):
    """Facts: `today`, in the organization's calendar."""

    code = "due_date_in_past"


class NoAssignee(InvalidInput):
    code = "no_assignee"


class TooManyAtOnce(InvalidInput):
    """Facts: `limit`."""

    code = "too_many_at_once"


class AssigneeUnavailable(Conflict):
    """Not an active worker. Facts: `names`, of those that are known."""

    code = "assignee_unavailable"


class OwnOrder(NotAllowed):
    """Nobody decides their own order."""

    code = "own_order"


class WrongStatus(Conflict):
    """The order's status does not allow this. Facts: `status`, `version`."""

    code = "wrong_status"


class OrderArchived(Conflict):
    """It was archived; restored, it can go on. Facts: `status`, `version`."""

    code = "order_archived"


class OrderInvoiced(Conflict):
    """It is on an issued invoice, which stays as it is. Facts: `number` of the invoice."""

    code = "order_invoiced"


# Accounts


class InvalidName(InvalidInput):
    """Empty, too long, or not readable as a name. Facts: `limit`, in characters."""

    code = "invalid_name"


class InvalidEmail(InvalidInput):
    """Not an e-mail address that could receive mail. Facts: `limit`, in characters."""

    code = "invalid_email"


class EmailTaken(Conflict):
    """Somebody has this address, in whatever case. Facts: `user_id`, `name`, `is_active`, for admins."""

    code = "email_taken"


class PasswordRefused(InvalidInput):
    """Not good enough as a new password. Its text is never among the facts."""

    code = "password_refused"


class PasswordTooShort(PasswordRefused):
    """Facts: `length` and `minimum`, in characters."""

    code = "password_too_short"


class PasswordTooLong(PasswordRefused):
    """Longer than bcrypt reads; it is not cut. Facts: `length` and `limit`, in bytes of UTF-8, and `characters`."""

    code = "password_too_long"


class PasswordTooWeak(PasswordRefused):
    """Easy to guess. Facts: `score` and `needed` (zxcvbn's 0 to 4), `reasons` (of `accounts.passwords.Reason`)."""

    code = "password_too_weak"


class CurrentPasswordNeeded(InvalidInput):
    """The account has a password: changing it takes that one."""

    code = "current_password_needed"


class WrongPassword(DomainError):  # noqa: N818
    """The current password is another one."""

    code = "wrong_password"


class LogInFailed(DomainError):  # noqa: N818
    """Nobody has this address, or the password is another, or the user has none or is inactive: all answer alike."""

    code = "log_in_failed"


class LogInLocked(DomainError):  # noqa: N818
    """Too many failures, of this address or in this chat. Facts: `until`."""

    code = "log_in_locked"


class InviteRefused(DomainError):  # noqa: N818
    """The link does not let anybody in (any more)."""

    code = "invite_refused"


class InviteMangled(InviteRefused):
    """Not as it was made: cut off or changed on the way."""

    code = "invite_mangled"


class InviteUnknown(InviteRefused):
    """Whole, but of no invite here."""

    code = "invite_unknown"


class InviteUsed(InviteRefused):
    code = "invite_used"


class InviteAlreadyYours(InviteRefused):
    """It was used by this very chat, which is still linked to that user. Facts: `name`."""

    code = "invite_already_yours"


class InviteExpired(InviteRefused):
    """Facts: `expired_at`."""

    code = "invite_expired"


class InviteRevoked(InviteRefused):
    """Withdrawn, or replaced by a newer one."""

    code = "invite_revoked"


class InviteOfInactiveUser(InviteRefused):
    """Its user was deactivated."""

    code = "invite_of_inactive_user"


class LastAdmin(Conflict):
    """The organization would be left without an active admin."""

    code = "last_admin"


class UserInactive(Conflict):
    """Facts: `name`."""

    code = "user_inactive"


class UserActive(Conflict):
    """Facts: `name`."""

    code = "user_active"


class RoleUnchanged(Conflict):
    """The user has this role already. Facts: `name`, `role`."""

    code = "role_unchanged"


class ChangedMeanwhile(Conflict):
    """Somebody else changed the same thing in this moment: look again, then decide again."""

    code = "changed_meanwhile"


# Pay


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


class MonthNotOver(MonthNotClosable):
    """Facts: `month`, `ends_at`."""

    code = "month_not_over"


class PayOutOfRange(MonthNotClosable):
    """A line or a sum of the invoice is beyond DECIMAL(10,2). Facts: `month`."""

    code = "pay_out_of_range"


class InvoiceVoid(Conflict):
    """Facts: `number`."""

    code = "invoice_void"


class InvoiceHasPayments(Conflict):
    """What was paid cannot be void: cancel the payment, or add a correction. Facts: `number`, `paid`."""

    code = "invoice_has_payments"


class InvoiceBuiltUpon(Conflict):
    """A later invoice took what this one carried forward, or corrects it. Facts: `number` of the later one."""

    code = "invoice_built_upon"


class PaymentTooLarge(InvalidAmount):
    """More than is still to be paid. Facts: `outstanding`."""

    code = "payment_too_large"


class PaidInFuture(InvalidInput):
    """The day of payment is still to come. Facts: `today`."""

    code = "paid_in_future"


class NoLines(InvalidInput):
    """A manual invoice needs a line."""

    code = "no_lines"


class MonthInFuture(InvalidInput):
    """Facts: `month`."""

    code = "month_in_future"


# Messages


class NotGivenUp(Conflict):
    """The message is on its way again, or delivered."""

    code = "not_given_up"


class OutOfReach(Conflict):
    """The person has no chat with the bot, or has blocked it. Facts: `name`."""

    code = "out_of_reach"
