"""What people are told of without having asked: every kind of notification that there is.

The values are in the database: rows of an older version wait under them. To rename one takes a migration.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class NotificationKind(StrEnum):
    """Each has a view, which makes the message, and a noun in the list of what could not be delivered."""

    # Accounts
    INVITE_ACCEPTED = "invite_accepted"
    """To the admin who invited: somebody opened the link."""
    LINKED_ELSEWHERE = "linked_elsewhere"
    """To a chat that is nobody's any more: its account was opened in another one."""
    ACCOUNT_DEACTIVATED = "account_deactivated"
    ACCOUNT_REACTIVATED = "account_reactivated"
    ROLE_CHANGED = "role_changed"
    PASSWORD_CLEARED = "password_cleared"

    # Orders, to admins
    ORDER_SUBMITTED = "order_submitted"
    ORDER_WAITING = "order_waiting"
    """An order has waited for 24 or 48 hours to be checked."""
    CARD_CHANGED = "card_changed"
    """No message: it brings an older copy of an order's card up to date."""
    FILE_FAILED = "file_failed"
    """A file of an order could not be saved, and no further try is made."""
    FILES_WAITING = "files_waiting"
    """The storage cannot be reached: files wait to be saved."""

    # Orders, to their worker
    ORDER_APPROVED = "order_approved"
    ORDER_REJECTED = "order_rejected"
    ORDER_RETURNED = "order_returned"
    """Sent back for changes."""
    ORDER_REOPENED = "order_reopened"
    """Its decision was undone."""
    ORDER_ARCHIVED = "order_archived"
    ORDER_RESTORED = "order_restored"
    ORDER_ASSIGNED = "order_assigned"
    ORDER_DUE = "order_due"
    """The last day for the work is tomorrow, or today."""

    # Orders, to either side
    ORDER_COMMENTED = "order_commented"

    # Pay, to the worker
    INVOICE_ISSUED = "invoice_issued"
    INVOICE_VOIDED = "invoice_voided"
    PAYMENT_RECORDED = "payment_recorded"
    PAYMENT_CANCELLED = "payment_cancelled"
    BONUS_GIVEN = "bonus_given"
    BONUS_CANCELLED = "bonus_cancelled"
    FINE_ISSUED = "fine_issued"
    FINE_CANCELLED = "fine_cancelled"
    APPEAL_DECIDED = "appeal_decided"
    CORRECTION_ADDED = "correction_added"
    ORDER_REVERSED = "order_reversed"
    """An order was taken back after its invoice."""

    # Pay, to admins
    FINE_APPEALED = "fine_appealed"
    MONTH_CLOSED = "month_closed"
    CLOSING_HELD_UP = "closing_held_up"
    """Workers whose month could not be closed."""

    # About the bot itself
    BLOCKED_TODAY = "blocked_today"
    """To admins, once a day: who cannot be reached any more."""
    CAME_BACK = "came_back"
    """To somebody who had blocked the bot: what they missed."""
    BUG_REPORT = "trouble"
    """To admins: a bug of ours, each once a day."""
    WELCOME = "welcome"
    """Opens a role's home, with its menu, after a fresh start of the demo."""

    @classmethod
    def of(cls, stored: str) -> Self | None:
        """The kind of a row; None where another version of the program wrote it, which had more kinds."""
        return next((kind for kind in cls if kind.value == stored), None)
