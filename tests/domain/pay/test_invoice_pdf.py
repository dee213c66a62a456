"""The invoice on paper: set right in two scripts, the same bytes each time, whole however long."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, time
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import uharfbuzz

from domain.clock import Month
from domain.organization import Organization, QuietHours
from domain.pay.invoice_pdf import FONTS, render_invoice
from domain.pay.invoices import InvoiceHead, InvoiceView, LineView
from domain.pay.model import InvoiceStatus, LineKind

AGENCY = Organization("MT Web Experts", ZoneInfo("Asia/Karachi"), "PKR", QuietHours(time(22), time(8)))
URDU_NAME = "محمد بلال خان"


def line(kind: LineKind, label: str, amount: str, **values: object) -> LineView:
    made = LineView(UUID(int=1), kind, label, None, None, None, Decimal(amount), None, None)
    return replace(made, **values)  # type: ignore[arg-type]


def invoice(name: str = "Bilal", more: int = 0, **head: object) -> InvoiceView:
    made = InvoiceHead(
        invoice_id=UUID(int=2),
        number="INV-2026-000123",
        worker_id=UUID(int=3),
        worker_name=name,
        month=Month(2026, 10),
        total=Decimal("12594.45"),
        carried_forward=Decimal("0.00"),
        currency="PKR",
        status=InvoiceStatus.ISSUED,
        is_manual=False,
        issued_at=datetime(2026, 10, 31, 20, 0, tzinfo=UTC),
        paid=Decimal("0.00"),
    )
    work = {"quantity": 1300, "rate": Decimal("7.98")}
    lines = [
        line(LineKind.WORK, "Link Building", "10374.00", category="Link Building", **work),
        line(
            LineKind.WORK,
            "x",
            "2394.00",
            category="لنک بلڈنگ",
            late_from=Month(2026, 9),
            quantity=300,
            rate=work["rate"],
        ),
        line(LineKind.FINE, "Fine", "-173.55", reason="Duplicate <b>links</b> & “quotes”"),
        *(line(LineKind.WORK, "x", "1.00", category=f"Kind {number}", **work) for number in range(more)),
    ]
    return InvoiceView(
        head=replace(made, **head),  # type: ignore[arg-type]
        lines=tuple(lines),
        payments=(),
        fixed=Decimal("0.00"),
        work=Decimal("12768.00"),
        bonus=Decimal("0.00"),
        fine=Decimal("173.55"),
        carried=Decimal("0.00"),
        correction=Decimal("0.00"),
        submissions=1600,
        manual_reason=None,
        voided_at=None,
        void_reason="Wrong rate" if head.get("status") == InvoiceStatus.VOID else None,
    )


def font(name: str, weight: str) -> uharfbuzz.Font:
    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob((FONTS / f"{name}-{weight}.ttf").read_bytes())))


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type ?/Page\b(?!s)", pdf))


def test_the_same_invoice_is_the_same_bytes_in_any_process_at_any_time() -> None:
    """Sent again next year, it must not look like another document."""
    script = (
        "import hashlib; from tests.domain.pay.test_invoice_pdf import *; "
        "print(hashlib.sha256(render_invoice(invoice(URDU_NAME), AGENCY)).hexdigest())"
    )
    here = hashlib.sha256(render_invoice(invoice(URDU_NAME), AGENCY)).hexdigest()
    environment = {**os.environ, "PYTHONHASHSEED": "77", "TZ": "America/New_York"}
    elsewhere = subprocess.run(  # noqa: S603
        [sys.executable, "-W", "ignore", "-c", script], check=True, capture_output=True, text=True, env=environment
    )
    assert elsewhere.stdout.strip() == here


def test_what_it_says_makes_the_bytes() -> None:
    one = render_invoice(invoice(), AGENCY)
    assert one.startswith(b"%PDF-")
    assert one != render_invoice(invoice("Zara"), AGENCY)
    assert one != render_invoice(invoice(status=InvoiceStatus.VOID), AGENCY)
    assert one == render_invoice(invoice(paid=Decimal("1.00")), AGENCY)  # what happens after the issue is not on it


def test_one_page_and_more_when_it_is_long() -> None:
    assert pages(render_invoice(invoice(), AGENCY)) == 1
    assert pages(render_invoice(invoice(more=60), AGENCY)) == 3


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_no_letter_of_an_urdu_name_is_missing(weight: str) -> None:
    fonts = [font(name, weight) for name in ("NotoSans", "NotoNaskhArabic")]
    names = "ٹھیکیدار ڈاکٹر چوہدری گلفام ژوب ؤ ئ ۂ ۓ ۱۲۳۔ Łukasz Ñandú-O’Brien Đorđe Ăn Иван Γιώργος ₨ ₹ €"
    assert [letter for letter in names if not any(each.get_nominal_glyph(ord(letter)) for each in fonts)] == []


def test_both_scripts_are_set_in_our_fonts() -> None:
    """Another font would be used without a word where one of them is not found."""
    used = set(re.findall(rb"/BaseFont ?/[A-Z]{6}\+([A-Za-z-]+)", render_invoice(invoice(URDU_NAME), AGENCY)))
    assert used == {b"NotoSans-Regular", b"NotoSans-Bold", b"NotoNaskhArabic-Regular", b"NotoNaskhArabic-Bold"}


def test_urdu_letters_join() -> None:
    """Shaped as in a word: each of the letters of بلال takes the form of its place, none that of a letter alone."""
    for weight in ("Regular", "Bold"):
        set_in = font("NotoNaskhArabic", weight)
        buffer = uharfbuzz.Buffer()
        buffer.add_str("بلبل")
        buffer.guess_segment_properties()
        uharfbuzz.shape(set_in, buffer)
        apart = {set_in.get_nominal_glyph(ord(letter)) for letter in "بل"}
        assert not apart & {glyph.codepoint for glyph in buffer.glyph_infos}


@pytest.mark.parametrize(
    "text",
    [
        "x" * 255,
        "محمد" * 60,
        "😀👨‍👩‍👧 工作",
        "a\u202eb\u2066c\x07",
        "Tab\there\nand there",
        "&amp; <i>**__--",
        "ـ" * 200,
    ],
)
def test_no_name_or_reason_breaks_it(text: str) -> None:
    made = invoice(text)
    made = replace(made, lines=(*made.lines, line(LineKind.BONUS, text, "1.00", reason=text)), manual_reason=text)
    assert render_invoice(made, AGENCY).startswith(b"%PDF-")


def test_the_fonts_are_small_and_come_with_their_licence() -> None:
    assert sum(path.stat().st_size for path in FONTS.iterdir()) < 1_500_000
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text()
