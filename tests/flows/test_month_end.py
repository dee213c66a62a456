"""Closing a month: by the clock, by an admin, by the command line; and what each person sees of it."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.cli.close_month import close_month, preview_month
from bot.database.transactions import Transactions
from bot.delivery import outbox
from bot.scheduler import Scheduler
from bot.screens.formatting import month_name
from domain.access import SYSTEM
from domain.clock import Month, SystemClock
from tests.flows import pay_desk as desk
from tests.flows.pay_desk import CLOSING_TIME, NOVEMBER, OCTOBER, URDU
from tests.flows.reading import labels, shown
from tests.flows.stage import Member, Stage
from tests.flows.talking import talk, tap_when_shown
from tests.support.clock import SetClock
from tests.support.warm import start

MAIN = Path(__file__).parents[2] / "main.py"


async def worked(stage: Stage, name: str = "Ayesha") -> tuple[Member, Member]:
    """A worker who earned 2,394.00 in November, and the admin who approved it."""
    admin, worker = await stage.admin(), await stage.worker(name)
    await desk.rate(stage, admin, await desk.category(stage, admin))
    await desk.approved(stage, worker, admin)
    await stage.settled()
    return admin, worker


async def pdf_of(stage: Stage, worker: Member) -> tuple[str, bytes]:
    """Name and bytes of the newest document on the phone."""
    media = [each.media for each in (await worker.phone.screen()).messages if each.media is not None]
    shown: dict[str, Any] = media[-1]
    answer = await stage.playground.http.get(shown["url"])
    return shown["file_name"], answer.content


async def test_the_month_closes_by_itself_and_everyone_is_told_once(stage: Stage) -> None:
    admin, worker = await worked(stage, URDU)
    stage.clock.set(CLOSING_TIME - timedelta(minutes=1))
    await stage.restart()
    await stage.bot._scheduler.close_month()
    assert await desk.invoices(stage) == []

    stage.clock.set(CLOSING_TIME)
    await stage.bot._scheduler.close_month()
    screen = await worker.phone.wait_for("Your invoice for November 2026 is here: PKR 2,394")
    assert "• Link Building · 300 × 7.98 = PKR 2,394" in screen.last.text
    name, content = await pdf_of(stage, worker)
    assert name == "INV-2026-000001.pdf"
    assert content.startswith(b"%PDF")
    await admin.phone.wait_for("November 2026 is closed: 1 invoice, PKR 2,394 to be paid out.")

    await stage.bot._scheduler.close_month()
    await stage.restart()
    await stage.bot._scheduler.close_month()
    await stage.settled()
    assert await shown(worker.phone, "Your invoice for") == 1
    assert await shown(admin.phone, "is closed") == 1


async def test_a_bot_that_was_off_for_days_closes_at_its_start(stage: Stage) -> None:
    _admin, worker = await worked(stage)
    await stage.stop()
    stage.clock.set(CLOSING_TIME + timedelta(days=4, hours=7))
    await stage.start()
    await worker.phone.wait_for("Your invoice for November 2026 is here")
    assert await desk.invoices(stage) == [("INV-2026-000001", "Ayesha")]


async def test_a_bot_that_was_off_for_two_months_closes_both_and_pays_each_once(stage: Stage) -> None:
    admin, worker = await worked(stage)
    stage.clock.set(datetime.fromisoformat("2026-12-05T12:00:00+05:00"))
    await desk.approved(stage, worker, admin, 10)
    await stage.stop()
    stage.clock.set(datetime.fromisoformat("2027-01-20T12:00:00+05:00"))
    await stage.start()
    await worker.phone.wait_for("Your invoice for December 2026 is here: PKR 79.80")
    assert await shown(worker.phone, "Your invoice for") == 2
    assert [number for number, _ in await desk.invoices(stage)] == ["INV-2026-000001", "INV-2026-000002"]


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-12-01T08:59:59+05:00", OCTOBER),
        ("2026-12-01T09:00:00+05:00", NOVEMBER),
        ("2026-11-30T20:00:00+00:00", OCTOBER),  # 1 December in Karachi, before nine
        ("2026-12-31T23:59:59+05:00", NOVEMBER),
        ("2027-01-01T09:00:00+05:00", Month(2026, 12)),
    ],
)
async def test_a_month_is_due_at_its_closing_time_in_the_zone(stage: Stage, now: str, due: Month) -> None:
    assert stage.bot._scheduler.month_due(datetime.fromisoformat(now)) == due


class Failing:
    """A month's end whose database is away at first."""

    def __init__(self) -> None:
        self.asked: list[Month] = []

    async def close(self, month: Month, **_: object) -> Any:
        self.asked.append(month)
        if len(self.asked) == 1:
            raise OperationalError("SELECT 1", {}, OSError("gone"))
        return type("Result", (), {"issued": (), "held_up": ()})


async def test_what_failed_is_tried_again_and_what_is_done_is_not(stage: Stage) -> None:
    month_end, clock, done = Failing(), SetClock(CLOSING_TIME), []
    transactions = Transactions(stage.bot.engine, clock, stage.settings.organization)
    told = lambda: done.append(clock.now())  # noqa: E731
    scheduler = Scheduler(stage.settings, month_end, transactions, stage.bot.inbox, stage.bot.lease, told)  # type: ignore[arg-type]
    for _ in range(3):
        await scheduler.close_month()
    assert (month_end.asked, len(done)) == ([NOVEMBER, NOVEMBER], 1)
    clock.set(datetime.fromisoformat("2027-01-01T09:00:00+05:00"))  # the clock was set, or the machine slept
    await scheduler.close_month()
    assert month_end.asked[-1] == Month(2026, 12)


class CutOff:
    """A month's end in the middle of a transaction, which takes its time to roll back."""

    def __init__(self) -> None:
        self.begun, self.is_over = asyncio.Event(), False

    async def close(self, *_: object, **__: object) -> Any:
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            for _turn in range(10):
                await asyncio.sleep(0)
            self.is_over = True


async def test_a_closing_that_is_cut_off_is_over_before_the_database_is_left(stage: Stage) -> None:
    """Its rollback went on after the end, on a connection that nobody closed, while another instance could begin."""
    month_end = CutOff()
    transactions = Transactions(stage.bot.engine, SetClock(CLOSING_TIME), stage.settings.organization)
    scheduler = Scheduler(stage.settings, month_end, transactions, stage.bot.inbox, stage.bot.lease, lambda: None)  # type: ignore[arg-type]
    await scheduler.start()
    scheduler.run_missed()
    await month_end.begun.wait()
    await scheduler.close()
    assert month_end.is_over


async def test_an_admin_looks_and_closes(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The invoices go out at once: nothing waits here until the queue is looked at again."""
    monkeypatch.setattr(outbox, "POLL_SECONDS", 3600.0)
    admin, worker = await worked(stage, "Ayesha <b>")
    stage.clock.set(CLOSING_TIME - timedelta(hours=5))
    await admin.phone.say("/close")
    screen = await admin.phone.wait_for("Close November 2026")
    assert "• Ayesha <b>: PKR 2,394" in screen.last.text
    assert "To be paid out: PKR 2,394" in screen.last.text
    await admin.phone.tap("✅ Close: issue 1 invoice")
    await admin.phone.wait_for("November 2026 is closed: 1 invoice issued. Everyone gets theirs now.")
    await worker.phone.wait_for("Your invoice for November 2026 is here")
    await admin.phone.say("/close")
    screen = await admin.phone.wait_for("Everything is issued.")
    assert not any("Close: issue" in button.text for button in screen.last.buttons)


async def test_two_admins_who_close_at_once_issue_each_invoice_once(stage: Stage) -> None:
    admin, worker = await worked(stage)
    other = await stage.admin("Omar")
    stage.clock.set(CLOSING_TIME - timedelta(hours=5))
    for each in (admin, other):
        await each.phone.say("/close")
        await each.phone.wait_for("✅ Close: issue 1 invoice")
    tap = "✅ Close: issue 1 invoice"
    await asyncio.gather(admin.phone.tap(tap), other.phone.tap(tap), admin.phone.tap(tap))
    for each in (admin, other):
        await each.phone.wait_for("The month has 1 invoice: PKR 2,394")
    await worker.phone.wait_for("Your invoice for November 2026 is here")
    await stage.settled()
    assert await desk.invoices(stage) == [("INV-2026-000001", "Ayesha")]
    assert await shown(worker.phone, "Your invoice for") == 1


async def test_a_month_that_is_not_over_can_only_be_looked_at(stage: Stage) -> None:
    admin, _worker = await worked(stage)
    await admin.phone.say("/close")
    await admin.phone.wait_for("Close October 2026")
    await admin.phone.tap("November 2026")
    screen = await admin.phone.wait_for("This month is not over")
    assert "PKR 2,394" in screen.last.text
    assert not any("Close: issue" in button.text for button in screen.last.buttons)


async def test_a_missing_rate_holds_up_its_worker_only_and_says_what_to_do(stage: Stage) -> None:
    admin, worker = await worked(stage)
    other = await stage.worker("Bilal & <i>Sons")
    await desk.category(stage, admin, "Citations <b>")
    await desk.approved(stage, other, admin, 5, kind="Citations <b>")
    stage.clock.set(CLOSING_TIME)
    await admin.phone.say("/close")
    screen = await admin.phone.wait_for("❗ 1 worker cannot get an invoice yet")
    assert "❗ Bilal & <i>Sons: no rate for Citations <b>" in screen.last.text
    assert "🏷 Set a rate: Citations <b>" in labels(screen.last)
    await stage.bot._scheduler.close_month()
    await admin.phone.wait_for("❗ 1 worker got no invoice for November 2026:")
    await worker.phone.wait_for("Your invoice for November 2026 is here")

    await talk(
        admin.phone,
        ("🏷 Set a rate", "Which category?"),
        ("Citations <b> · no rate yet", "👥 Everyone"),
        ("👥 Everyone", "How much"),
        ("2", "From which day on?"),
        ("1.11.2026", "Set this rate?"),
        ("✅ Set the rate", "1 approved order had no rate. It has this one now."),
    )
    await talk(admin.phone, ("📅 Back to closing November 2026", "✅ Close: issue 1 invoice"))
    await admin.phone.tap("✅ Close: issue 1 invoice")
    await other.phone.wait_for("is here: PKR 10")
    assert len(await desk.invoices(stage)) == 2


async def test_a_worker_cannot_close(stage: Stage) -> None:
    worker = await stage.worker()
    await worker.phone.say("/close")
    await worker.phone.wait_for("Your role does not include this.")


async def test_fines_above_pay_stop_at_zero_and_are_carried(stage: Stage) -> None:
    admin, worker = await worked(stage)
    await desk.fined(stage, worker, admin, "3000")
    stage.clock.set(CLOSING_TIME)
    await stage.bot._scheduler.close_month()
    screen = await worker.phone.wait_for("is here: PKR 0")
    assert "Fines are above pay: PKR 606 goes into the next month." in screen.last.text


async def test_a_long_preview_and_a_long_invoice_are_paged_not_cut(stage: Stage) -> None:
    admin, worker = await worked(stage)
    for number in range(12):
        await desk.bonus(stage, worker, admin, "1", f"{number:02} " + "& <b>😀" * 120)
    stage.clock.set(CLOSING_TIME)
    await stage.bot._scheduler.close_month()
    screen = await worker.phone.wait_for("lines: see the PDF.")
    await worker.phone.tap("🧾 Invoices")
    screen = await tap_when_shown(worker.phone, "⏳ November 2026 · PKR 2,406", "Total: PKR 2,406")
    seen, pages = screen.last.text, 12
    for page in range(2, pages + 1):
        await worker.phone.tap("▶")
        seen += (await worker.phone.wait_for(f"{page} of {pages}")).last.text
    assert all(f"{number:02} & <b>😀" in seen for number in range(12))


async def run_main(stage: Stage, *arguments: str) -> tuple[int, str]:
    environment = {
        **os.environ,
        "DATABASE_URL": stage.settings.database_url,
        "DATA_FOLDER": str(stage.settings.data_folder),
        "COLUMNS": "120",
    }
    process = await start(str(MAIN), *arguments, env=environment)
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


async def test_closing_from_two_processes_and_the_bot_at_once_is_closing_once(stage: Stage) -> None:
    """The processes go by the real clock; the bot is ahead of it, so that whatever they queue is due."""
    now = SystemClock().now()
    month = stage.settings.organization.month(now).previous()
    stage.clock.set(datetime.combine(month.first + timedelta(days=9), time(12), tzinfo=UTC))
    admin, worker = await worked(stage)
    stage.clock.set(now + timedelta(hours=1))
    answers = await asyncio.gather(
        run_main(stage, "close", str(month)),
        run_main(stage, "close", str(month)),
        stage.tools.month_end.close(month, actor=SYSTEM),
    )
    outputs = [answers[0], answers[1]]
    assert [code for code, _ in outputs] == [0, 0], outputs
    assert all("the month has 1, PKR 2,394.00." in output for _, output in outputs), outputs
    await worker.phone.wait_for(f"Your invoice for {month_name(month)} is here")
    await admin.phone.wait_for(f"{month_name(month)} is closed")
    await stage.settled()
    [(number, name)] = await desk.invoices(stage)
    assert (str(number)[-7:], name) == ("-000001", "Ayesha")
    assert await shown(worker.phone, "Your invoice for") == 1
    assert await shown(admin.phone, "is closed") == 1


async def test_the_command_line_looks_ahead_and_refuses_what_is_no_month(stage: Stage) -> None:
    await worked(stage, "Ayesha [b]")
    code, output = await run_main(stage, "preview", "2026-11")
    assert code == 0, output
    assert "Ayesha [b]" in output
    assert "To be paid out: PKR 2,394.00" in output
    code, output = await run_main(stage, "preview", "2026-13")
    assert (code, "is not a month" in output) == (2, True)
    code, output = await run_main(stage, "close", "2999-01")
    assert (code, "is not over" in output) == (2, True)
    assert await desk.invoices(stage) == []


async def test_by_hand_and_by_the_clock_agree(stage: Stage) -> None:
    await worked(stage)
    stage.clock.set(CLOSING_TIME)
    shown = await preview_month(stage.settings, NOVEMBER, stage.clock)
    result = await close_month(stage.settings, NOVEMBER, stage.clock)
    assert shown.payout == result.total
    assert await stage.told("invoice_issued") == 1
