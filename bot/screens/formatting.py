"""Names, amounts, days and times, as they are written in chat."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING, Final

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from bot.screens.i18n import _, count
from bot.screens.screen import text_length

if TYPE_CHECKING:
    from domain.clock import Month
    from domain.organization import Organization

LOCALE: Final = "en_GB"
_FIRST_STRONG, _LEFT_TO_RIGHT, _END = "\u2068", "\u2066", "\u2069"
_NO_BREAK_SPACE: Final = "\u00a0"


def isolated(value: object) -> str:
    """What a person typed, for a button or a toast: its direction does not turn the sentence round.

    Each line by itself, as an isolate ends with its line.
    """
    return "\n".join(f"{_FIRST_STRONG}{line}{_END}" if line else "" for line in str(value).split("\n"))


def esc(value: object) -> str:
    """What a person typed, for a message: shown, never obeyed as HTML, and isolated."""
    return escape(isolated(value), quote=False)


def money(amount: Decimal, currency: str) -> str:
    """ "PKR 1,234" or "PKR 1,234.50": whole amounts without a fraction. Currency and number do not part."""
    sign = "−" if amount < 0 else ""
    return f"{_LEFT_TO_RIGHT}{sign}{currency}{_NO_BREAK_SPACE}{number(abs(amount))}{_END}"


def number(amount: Decimal) -> str:
    """ "1,234" or "7.98": an amount whose currency is clear, such as a rate."""
    pattern = "#,##0" if amount == amount.to_integral_value() else "#,##0.00"
    return format_decimal(amount, pattern, locale=LOCALE)


def moment(instant: datetime, organization: Organization) -> str:
    """ "3 Nov, 14:05", in the organization's zone. As all days and times it keeps its order in any sentence."""
    return _in_order(format_datetime(instant.astimezone(organization.zone), "d MMM, HH:mm", locale=LOCALE))


def day(value: date) -> str:
    """ "3 Nov 2026"."""
    return _in_order(format_date(value, "d MMM y", locale=LOCALE))


def weekday(value: date) -> str:
    """ "Tue 3 Nov"."""
    return _in_order(format_date(value, "EEE d MMM", locale=LOCALE))


def month_name(month: Month) -> str:
    """ "October 2026"."""
    return _in_order(bare_month_name(month))


def month_alone(month: Month) -> str:
    """ "October", where the year is clear."""
    return _in_order(format_date(month.first, "MMMM", locale=LOCALE))


def bare_month_name(month: Month) -> str:
    """The same as `month_name` for a terminal, which shows no direction marks."""
    return format_date(month.first, "MMMM y", locale=LOCALE)


def _in_order(written: str) -> str:
    return f"{_LEFT_TO_RIGHT}{written}{_END}"


def ago(waited: timedelta) -> str:
    """ "5 min", "3 h", "2 days"; nothing for less than a minute."""
    minutes = int(waited.total_seconds()) // 60
    if minutes < 1:
        return ""
    if minutes < 60:
        return _("{n} min").format(n=minutes)
    if minutes < 48 * 60:
        return _("{n} h").format(n=minutes // 60)
    return count("{n} day", "{n} days", minutes // (24 * 60))


def cut(text: str, length: int) -> str:
    """The beginning of a text, for a button: there, what is too long would be cut anyway."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def short(text: str, most: int) -> str:
    """The beginning of a long text, for a message, and "…": at most so many of Telegram's units once it is isolated."""
    if _room(text, most) == len(text):
        return text
    return text[: _room(text, most - 1)].rstrip() + "…"


def in_parts(text: str, most: int) -> list[str]:
    """All of a long text, in parts of at most so many of Telegram's units once isolated; no letter is cut in two."""
    parts = []
    while text:
        part = text[: max(_room(text, most), 1)]
        parts.append(part)
        text = text[len(part) :]
    return parts


def is_long(text: str, most: int) -> bool:
    """Whether `short` would cut it."""
    return _room(text, most) < len(text)


def _room(text: str, most: int) -> int:
    """How many of a text's characters fit. Isolating costs two units a line; an empty line costs none."""
    used, is_new_line = 0, True
    for place, char in enumerate(text):
        if char == "\n":
            used, is_new_line = used + 1, True
        else:
            used, is_new_line = used + text_length(char) + 2 * is_new_line, False
        if used > most:
            return place
    return len(text)
