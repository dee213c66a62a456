"""How names, amounts and times are written."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

if TYPE_CHECKING:
    from domain.clock import Month
    from domain.organization import Organization

LOCALE = "en_GB"


def esc(value: object) -> str:
    """What a person typed, safe in a message: it is shown, never obeyed."""
    return escape(str(value), quote=False)


def money(amount: Decimal, currency: str) -> str:
    """ "PKR 1,234.50", with two places whatever the currency's custom is."""
    sign = "−" if amount < 0 else ""
    return f"{sign}{currency} {format_decimal(abs(amount), '#,##0.00', locale=LOCALE)}"


def moment(instant: datetime, organization: Organization) -> str:
    """ "3 Nov, 14:05", in the organization's zone."""
    return format_datetime(instant.astimezone(organization.zone), "d MMM, HH:mm", locale=LOCALE)


def day(value: date) -> str:
    return format_date(value, "d MMM y", locale=LOCALE)


def month_name(month: Month) -> str:
    """ "October 2026"."""
    return format_date(month.first, "MMMM y", locale=LOCALE)


def cut(text: str, length: int) -> str:
    """The beginning of a text, for a button: there, what is too long would be cut anyway."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
