"""An invoice on paper: A4, on as many pages as its lines need. The same invoice is the same bytes, for ever.

What changes after it was issued is not on it, but for one thing: a void invoice says so. Its looks are in
`invoice.typ`. Typst sets both scripts (letters that join, lines that run from right to left), and Python's other
threads go on meanwhile: a page is 2 to 5 ms of one core.
"""

from __future__ import annotations

import json
import re
import threading
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, cast

import typst
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from domain.clock import Month, local_day
from domain.organization import Organization
from domain.pay.invoices import InvoiceView, LineView
from domain.pay.model import InvoiceStatus, LineKind

FONTS: Final = Path(__file__).parent / "fonts"
_TEMPLATE: Final = Path(__file__).with_name("invoice.typ")
_BREAK: Final = "\u200b"
"""Where a line may break inside a word; it takes no room."""
_LONG_WORD: Final = re.compile(r"\S{24}(?=\S)")
_CONTROLS: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_threads: Final = threading.local()
"""A compiler a thread: one cannot be used by two at a time."""


def render_invoice(invoice: InvoiceView, organization: Organization, *, locale: str = "en") -> bytes:
    """The invoice as a PDF.

    Args:
        invoice: As `InvoiceQueries.invoice` gives it.
        organization: Whose name stands on it, and in whose zone its date is.
        locale: How numbers and dates are written, such as "en" or "en_PK".
    """
    content = json.dumps(_content(invoice, organization, locale))
    pdf = _compiler().compile(sys_inputs={"invoice": content}, format="pdf", pdf_tags=False)
    return cast("bytes", pdf)


def _compiler() -> typst.Compiler:
    """Reads the fonts and the template once a thread."""
    if not hasattr(_threads, "compiler"):
        _threads.compiler = typst.Compiler(_TEMPLATE, font_paths=[FONTS], ignore_system_fonts=True)
    made: typst.Compiler = _threads.compiler
    return made


def _content(invoice: InvoiceView, organization: Organization, locale: str) -> dict[str, Any]:
    """What the template reads."""
    head = invoice.head
    issued = local_day(head.issued_at, organization.zone)
    total = format_currency(head.total, head.currency, "¤¤ #,##0.00", locale=locale, currency_digits=False)
    return {
        "title": f"Invoice {head.number or ''}".strip(),
        "organization": _shown(organization.name),
        "number": head.number or "",
        "heading": head.number or "Invoice",
        "issued": {"year": issued.year, "month": issued.month, "day": issued.day},
        "facts": [
            ("Invoice for", _shown(head.worker_name), True),
            ("Month", _month(head.month, locale), False),
            ("Issued", format_date(issued, "d MMMM y", locale=locale), False),
        ],
        "void": _void(invoice),
        "headings": ["Description", "Quantity", "Rate", f"Amount, {head.currency}"],
        "lines": [
            (_description(line), _quantity(line, head.month, locale), _rate(line, locale), _plain(line.amount, locale))
            for line in invoice.lines
        ],
        "sums": _sums(invoice, locale),
        "total": total,
        "note": _shown(invoice.manual_reason) if invoice.manual_reason else None,
    }


def _void(invoice: InvoiceView) -> str | None:
    if invoice.head.status != InvoiceStatus.VOID:
        return None
    return _shown(f"VOID: {invoice.void_reason}" if invoice.void_reason else "VOID")


def _sums(invoice: InvoiceView, locale: str) -> list[tuple[str, str]]:
    """What the total is the sum of; nothing where that is one amount alone."""
    parts = [
        ("Carried forward from before", invoice.carried),
        ("Fixed pay", invoice.fixed),
        ("Work", invoice.work),
        ("Bonuses", invoice.bonus),
        ("Fines", -invoice.fine),
        ("Corrections" if not invoice.head.is_manual else "Lines", invoice.correction),
        ("Carried forward to the next invoice", invoice.head.carried_forward),
    ]
    named = [(name, _plain(amount, locale)) for name, amount in parts if amount]
    return named if len(named) > 1 else []


def _description(line: LineView) -> list[str]:
    # On lines of their own: an Urdu category would draw the words after it to its other side.
    late = f"late from {line.late_from}" if line.category and line.late_from else None
    return [_shown(part) for part in (line.category or line.label, late, line.reason) if part]


def _quantity(line: LineView, month: Month, locale: str) -> str:
    if line.quantity is None:
        return ""
    if line.kind == LineKind.FIXED:
        return f"{line.quantity} of {month.days} days"
    return str(format_decimal(line.quantity, "#,##0", locale=locale))


def _rate(line: LineView, locale: str) -> str:
    return "" if line.rate is None else _plain(line.rate, locale)


def _plain(amount: Decimal, locale: str) -> str:
    return str(format_decimal(amount, "#,##0.00", locale=locale))


def _shown(text: str) -> str:
    """What somebody typed: without what no font has, and with places to break a word that is wider than its column."""
    return _LONG_WORD.sub(lambda word: word[0] + _BREAK, _CONTROLS.sub(" ", text))


@lru_cache(maxsize=64)
def _month(month: Month, locale: str) -> str:
    return str(format_date(month.first, "LLLL y", locale=locale))
