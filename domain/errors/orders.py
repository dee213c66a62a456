"""Refusals about orders: making, assigning and deciding them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from domain.errors import Conflict, InvalidInput, NotAllowed

if TYPE_CHECKING:
    from domain.orders.model import OrderStatus


# Making and assigning


@dataclass(eq=False, kw_only=True)
class CategoryUnavailable(InvalidInput):
    """No category has this name, or it takes no new orders."""

    category: str
    """As the draft has it."""


@dataclass(eq=False, kw_only=True)
class CategoryExists(Conflict):
    """One has this name already, in whatever case."""

    category: str
    """As it is written in the list."""


@dataclass(eq=False, kw_only=True)
class DraftIncomplete(InvalidInput):
    """The order cannot be submitted without what is missing."""

    missing: tuple[str, ...]
    """Names of the fields of `OrderDraft` that are empty, in the order of asking."""


@dataclass(eq=False, kw_only=True)
class TooManyFiles(InvalidInput):
    """More than one order may have."""

    limit: int
    """The most files of an order."""


@dataclass(eq=False, kw_only=True)
class DueDateInPast(InvalidInput):
    """The last day for the work is over."""

    today: date
    """In the organization's calendar."""


class NoAssignee(InvalidInput):
    """Nobody was chosen to do the work."""


@dataclass(eq=False, kw_only=True)
class TooManyAtOnce(InvalidInput):
    """More people, or more orders, than one transaction takes."""

    limit: int
    """The most of them."""


@dataclass(eq=False, kw_only=True)
class AssigneeUnavailable(Conflict):
    """Not an active worker."""

    names: tuple[str, ...]
    """Of those that are known; empty where nobody has such an id."""


# Deciding


@dataclass(eq=False, kw_only=True)
class OwnOrder(NotAllowed):
    """Nobody decides their own order."""

    number: int
    """Of the order."""


@dataclass(eq=False, kw_only=True)
class OrderConflict(Conflict):
    """The order is not, or no longer, as the tapped button says."""

    status: OrderStatus
    """As it is now."""
    version: int
    """As it is now."""


@dataclass(eq=False, kw_only=True)
class AlreadyDecided(OrderConflict):
    """Another admin was first, or the same one tapped twice."""

    decided_by: str | None
    """The admin's name; None where nobody knows."""
    decided_at: datetime | None
    """None where nobody knows."""
    by_you: bool
    """Whether it was the one who tries it now."""


class OutOfDate(OrderConflict):
    """The button shows another version than the order has."""


class WrongStatus(OrderConflict):
    """The order's status does not allow this."""


class OrderArchived(OrderConflict):
    """It was archived; restored, it can go on."""


@dataclass(eq=False, kw_only=True)
class OrderInvoiced(Conflict):
    """It is on an issued invoice, which stays as it is."""

    number: str | None
    """Of the invoice; None for an order that was completed without one."""
