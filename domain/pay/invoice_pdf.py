"""An invoice on paper: A4, on as many pages as its lines need. The same invoice is the same bytes, for ever.

What changes after it was issued is not on it, but for one thing: a void invoice says so.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Final

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from fpdf import FPDF, FontFace
from fpdf.enums import Align, TableBordersLayout, WrapMode, XPos, YPos

from domain.clock import Month, local_day
from domain.organization import Organization
from domain.pay.model import InvoiceStatus, LineKind
from domain.pay.queries import InvoiceView, LineView

FONTS: Final = Path(__file__).parent / "fonts"
_LATIN, _ARABIC = "NotoSans", "NotoNaskhArabic"
_INK, _FAINT, _RULE, _ALARM = (33, 37, 41), (110, 117, 125), (206, 212, 218), (176, 42, 55)
_MARGIN: Final = 18.0
_COLUMNS: Final = (82, 28, 30, 34)
"""Millimetres: what, how many, rate, amount."""


def render_invoice(invoice: InvoiceView, organization: Organization, *, locale: str = "en") -> bytes:
    """The invoice as a PDF.

    Args:
        invoice: As `PayQueries.invoice` gives it.
        organization: Whose name stands on it, and in whose zone its date is.
        locale: How numbers and dates are written, such as "en" or "en_PK".
    """
    page = _Paper(invoice, organization, locale)
    page.head()
    page.lines()
    page.sums()
    if invoice.manual_reason:
        page.note(invoice.manual_reason)
    return bytes(page.output())


class _Paper(FPDF):
    def __init__(self, invoice: InvoiceView, organization: Organization, locale: str) -> None:
        super().__init__(format="A4")
        self._invoice = invoice
        self._organization = organization
        self._locale = locale
        for weight, style in (("Regular", ""), ("Bold", "B")):
            self.add_font(_LATIN, style, FONTS / f"{_LATIN}-{weight}.ttf")
            self.add_font(_ARABIC, style, FONTS / f"{_ARABIC}-{weight}.ttf")
        self.set_fallback_fonts([_ARABIC], exact_match=True)
        # Arabic letters join, and run from right to left, also in the middle of a line of Latin ones.
        self.set_text_shaping(use_shaping_engine=True)
        self.set_margin(_MARGIN)
        self.set_auto_page_break(auto=True, margin=_MARGIN)
        self.set_title(f"Invoice {invoice.head.number or ''}".strip())
        self.set_author(organization.name)
        self.set_creation_date(invoice.head.issued_at)
        self.add_page()

    def footer(self) -> None:
        """Called by FPDF at the end of each page."""
        self.set_y(-_MARGIN + 4)
        self._write(f"{self._invoice.head.number or ''}   {self.page_no()}", size=8, color=_FAINT, align=Align.C)

    def head(self) -> None:
        head = self._invoice.head
        top = self.get_y()
        self._write(self._organization.name, size=15, bold=True, width=110)
        below = self.get_y()
        self.set_xy(_MARGIN + 110, top)
        self._write(head.number or "Invoice", size=12, bold=True, align=Align.R)
        self.set_y(max(below, self.get_y()) + 6)
        issued = local_day(head.issued_at, self._organization.zone)
        for name, value in (
            ("Invoice for", head.worker_name),
            ("Month", _month(head.month, self._locale)),
            ("Issued", format_date(issued, "d MMMM y", locale=self._locale)),
        ):
            top = self.get_y()
            self._write(name, color=_FAINT, width=30)
            self.set_xy(_MARGIN + 30, top)
            self._write(value, bold=name == "Invoice for")
        if head.status == InvoiceStatus.VOID:
            self.ln(3)
            reason = f": {self._invoice.void_reason}" if self._invoice.void_reason else ""
            self._write(f"VOID{reason}", size=12, bold=True, color=_ALARM)
        self.ln(6)

    def lines(self) -> None:
        self.set_font(_LATIN, size=9.5)
        self.set_text_color(*_INK)
        self.set_draw_color(*_RULE)
        headings = FontFace(emphasis="BOLD", color=_FAINT, size_pt=8.5)
        with self.table(
            col_widths=_COLUMNS,
            text_align=(Align.L, Align.R, Align.R, Align.R),
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=headings,
            line_height=5.2,
            padding=(1.4, 1),
            wrapmode=WrapMode.WORD,
        ) as table:
            table.row(("Description", "Quantity", "Rate", f"Amount, {self._invoice.head.currency}"))
            for line in self._invoice.lines:
                table.row((_description(line), self._quantity(line), self._rate(line), self._plain(line.amount)))
        self.ln(4)

    def sums(self) -> None:
        invoice = self._invoice
        parts = [
            ("Carried forward from before", invoice.carried),
            ("Fixed pay", invoice.fixed),
            ("Work", invoice.work),
            ("Bonuses", invoice.bonus),
            ("Fines", -invoice.fine),
            ("Corrections" if not invoice.head.is_manual else "Lines", invoice.correction),
            ("Carried forward to the next invoice", invoice.head.carried_forward),
        ]
        named = [(name, amount) for name, amount in parts if amount]
        # Sums stay together, with what they are the sums of: not the total alone on a page.
        if self.will_page_break(6 * len(named) + 14):
            self.add_page()
        for name, amount in named if len(named) > 1 else []:
            self._sum(name, self._plain(amount))
        self.ln(1)
        total = format_currency(
            invoice.head.total, invoice.head.currency, "¤¤ #,##0.00", locale=self._locale, currency_digits=False
        )
        self._sum("Total", total, bold=True, size=13)

    def note(self, text: str) -> None:
        self.ln(4)
        self._write(text, color=_FAINT)

    def _sum(self, name: str, amount: str, *, bold: bool = False, size: float = 9.5) -> None:
        self.set_x(_MARGIN + 60)
        self._write(name, size=size, bold=bold, width=70, color=_INK if bold else _FAINT, stay=True)
        self._write(amount, size=size, bold=bold, align=Align.R)

    def _write(
        self,
        text: str,
        *,
        size: float = 9.5,
        bold: bool = False,
        color: tuple[int, int, int] = _INK,
        width: float = 0,
        align: Align = Align.L,
        stay: bool = False,
    ) -> None:
        self.set_font(_LATIN, "B" if bold else "", size)
        self.set_text_color(*color)
        self.multi_cell(
            width,
            size * 0.58,
            text,
            align=align,
            new_x=XPos.RIGHT if stay else XPos.LMARGIN,
            new_y=YPos.TOP if stay else YPos.NEXT,
        )

    def _plain(self, amount: Decimal) -> str:
        return str(format_decimal(amount, "#,##0.00", locale=self._locale))

    def _quantity(self, line: LineView) -> str:
        if line.quantity is None:
            return ""
        if line.kind == LineKind.FIXED:
            return f"{line.quantity} of {self._invoice.head.month.days} days"
        return str(format_decimal(line.quantity, "#,##0", locale=self._locale))

    def _rate(self, line: LineView) -> str:
        return "" if line.rate is None else self._plain(line.rate)


def _description(line: LineView) -> str:
    # On lines of their own: an Urdu category would draw the words after it to its other side.
    late = f"late from {line.late_from}" if line.category and line.late_from else None
    return "\n".join(part for part in (line.category or line.label, late, line.reason) if part)


@lru_cache(maxsize=64)
def _month(month: Month, locale: str) -> str:
    return str(format_date(month.first, "LLLL y", locale=locale))
