"""Nothing that is typed into the forms of pay is lost, and nothing misleads."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from bot.database.models import FormDraft
from bot.screens.form import key_of
from bot.screens.form_payloads import FormAction, FormTap
from domain.pay.model import Bonus, FixedPay, Rate
from handlers.pay.payloads import BonusFor
from tests.flows import pay_desk as desk
from tests.flows.reading import labels, newest, shown
from tests.flows.stage import Stage
from tests.flows.talking import forge, talk

TO_REASON = (("/bonus", "Who is it for?"), ("ayesha", "How much, in PKR?"), ("1500", "What is the reason?"))


async def test_a_look_at_anything_ends_no_draft_and_home_leads_back(stage: Stage) -> None:
    admin, _worker = await stage.admin(), await stage.worker()
    await talk(admin.phone, *TO_REASON)
    await talk(admin.phone, ("/menu", "✏️ Not finished: Bonus, Ayesha, 1,500"))
    await talk(admin.phone, ("/months", "Close October 2026"), ("/pay", "📌 Fixed pay"))
    await talk(
        admin.phone, ("/money", "Your role does not include this."), ("/undelivered", "Everybody can be reached")
    )
    screen = await talk(admin.phone, ("/menu", "▶️ Continue: Bonus, Ayesha, 1,500"))
    screen = await talk(admin.phone, ("▶️ Continue: Bonus, Ayesha, 1,500", "What is the reason?"))
    assert "For: Ayesha\nAmount: PKR 1,500" in screen.last.text
    await talk(
        admin.phone,
        ("Well done", "For which month?"),
        ("last month", "Give this bonus?"),
        ("yes", "Ayesha gets a bonus of PKR 1,500 for October 2026."),
    )
    assert "Not finished" not in (await talk(admin.phone, ("/menu", "⚙️ More"))).last.text


async def test_a_cancelled_draft_comes_back_and_a_second_form_asks_first(stage: Stage) -> None:
    admin, _worker = await stage.admin(), await stage.worker()
    await talk(admin.phone, *TO_REASON)
    screen = await talk(admin.phone, ("✖️ Cancel", "Cancelled: Bonus, Ayesha, 1,500. Nothing was changed."))
    assert labels(screen.last) == ["↩️ Bring it back", "🏠 Home"]
    screen = await talk(admin.phone, ("↩️ Bring it back", "What is the reason?"))
    assert "Amount: PKR 1,500" in screen.last.text
    screen = await talk(admin.phone, ("/bonus", "You have not finished this: Bonus, Ayesha, 1,500."))
    assert labels(screen.last) == ["▶️ Continue: Bonus, Ayesha, 1,500", "🗑 Delete it, start new"]
    await talk(
        admin.phone,
        ("▶️ Continue: Bonus, Ayesha, 1,500", "What is the reason?"),
        ("/fine", "Who is it for?"),
        ("/bonus", "You have not finished this: Bonus, Ayesha, 1,500."),
        ("🗑 Delete it, start new", "Who is it for?"),
        ("/menu", "⚙️ More"),
    )
    assert "Not finished" not in (await admin.phone.screen()).last.text


async def test_words_of_buttons_and_names_are_understood(stage: Stage) -> None:
    admin, _worker = await stage.admin(), await stage.worker()
    await desk.category(stage, admin)
    await desk.category(stage, admin, "Live Citations")
    await talk(
        admin.phone,
        ("/rate", "Which category?"),
        ("link building", "For everyone, or for one worker?"),
        ("everyone", "How much for each"),
        ("Rs 7.98", "From which day on?"),
        ("1st of this month", "Nothing was set before."),
        ("ok", "Link Building for everyone: PKR 7.98 each, from 1 Nov 2026 on."),
        ("/rate", "Which category?"),
        ("live", "For everyone, or for one worker?"),
        ("‹ Category", "Which category?"),
        ("Video Scripts", "There is no category “Video Scripts”. Add it?"),
        ("‹ Category", "Which category?"),
        ("Video Scripts", "There is no category “Video Scripts”. Add it?"),
        ("➕ Add “Video Scripts”", "For everyone, or for one worker?"),
        ("Everyone", "How much for each"),
        ("12", "From which day on?"),
        ("today", "Category: Video Scripts"),
        ("/cancel", "Cancelled: Rate, Video Scripts, 12."),
        ("/rate", "Video Scripts · no rate yet"),
    )


async def test_a_changed_category_asks_for_the_new_name_at_once(stage: Stage) -> None:
    admin, _worker = await stage.admin(), await stage.worker()
    await desk.category(stage, admin)
    await talk(
        admin.phone,
        ("/rate", "Which category?"),
        ("Link Building · no rate yet", "For everyone"),
        ("👥 Everyone", "How much"),
        ("5", "From which day on?"),
        ("today", "Set this rate?"),
        ("✏️ Change", "What do you want to change?"),
        ("Category", "Which category?"),
        ("➕ New category", "What is the new category called?"),
        ("Citations", "Category: Citations"),
        ("✅ Set the rate", "Citations for everyone: PKR 5 each"),
    )


async def test_other_kinds_get_words_and_the_question_stays(stage: Stage) -> None:
    admin, _worker = await stage.admin(), await stage.worker()
    await talk(admin.phone, *TO_REASON)
    await admin.phone.send_voice()
    screen = await admin.phone.wait_for("I cannot listen to voice messages. Type it as a text message.")
    assert "What is the reason?" in screen.last.text
    await admin.phone.send_photo()
    screen = await admin.phone.wait_for("A photo is not the answer here.")
    assert "What is the reason?" in screen.last.text
    await admin.phone.send_photo(caption="As in this picture")
    screen = await admin.phone.wait_for("For which month?")
    assert "Reason: As in this picture" in screen.last.text


async def test_an_edited_answer_changes_its_field(stage: Stage) -> None:
    admin, _worker = await stage.admin(), await stage.worker()
    await talk(admin.phone, *TO_REASON[:-1])
    await admin.phone.say("1500")
    screen = await admin.phone.wait_for("What is the reason?")
    typed = next(message.id for message in screen.messages if message.is_mine and message.text == "1500")
    await admin.phone.edit(typed, "1,600")
    screen = await admin.phone.wait_for("Changed. Amount: PKR 1,600")
    assert "What is the reason?" in screen.last.text
    await admin.phone.edit(typed, "12,50")
    await admin.phone.wait_for("Do you mean 12.50 or 1,250?")
    await talk(admin.phone, ("Well done", "Amount: PKR 1,600"))


async def test_what_is_ambiguous_is_asked_back_with_buttons(stage: Stage) -> None:
    admin, _worker = await stage.admin(), await stage.worker()
    screen = await talk(admin.phone, *TO_REASON[:-1], ("12,50", "Do you mean 12.50 or 1,250?"))
    assert labels(screen.last)[:2] == ["PKR 12.50", "PKR 1,250"]
    await talk(
        admin.phone,
        ("PKR 1,250", "Amount: PKR 1,250"),
        ("Well done", "For which month?"),
        ("jan", "Do you mean January 2026 or January 2027?"),
        ("January 2027", "Month: January 2027"),
    )


async def test_a_stale_button_says_so_and_a_finished_form_too(stage: Stage) -> None:
    admin, worker = await stage.admin(), await stage.worker()
    await talk(admin.phone, ("/bonus", "Who is it for?"), ("Ayesha", "How much"))
    async with stage.bot.transactions.reading() as session:
        draft = await session.scalar(select(FormDraft.id).where(FormDraft.form == "bonus"))
    assert draft is not None
    old = FormTap(draft, 1, FormAction.PICK, key_of(worker.id)).pack()
    await forge(admin.phone, old)
    await admin.phone.wait_for("This button is from an earlier question.")
    await talk(admin.phone, ("500", "What is the reason?"), ("x", "For which month?"), ("this month", "Give this"))
    await talk(admin.phone, ("✅ Give the bonus", "gets a bonus of PKR 500"))
    await forge(admin.phone, old)
    await admin.phone.wait_for("This bonus was given already. Nothing was changed.")
    async with stage.bot.transactions.reading() as session:
        assert list(await session.scalars(select(Bonus.amount))) == [Decimal("500.00")]


async def test_the_calendar_picks_a_day(stage: Stage) -> None:
    admin, _worker = await stage.admin(), await stage.worker()
    await talk(
        admin.phone,
        ("/fixedpay", "Who is it for?"),
        ("Ayesha", "for a whole month"),
        ("40k", "From which day on?"),
        ("📅 Calendar", "11/2026"),
        ("▶", "12/2026"),
        ("15", "From: 15 Dec 2026"),
        ("✅ Set fixed pay", "Ayesha gets PKR 40,000 a month, from 15 Dec 2026 on."),
    )
    async with stage.bot.transactions.reading() as session:
        assert str(await session.scalar(select(FixedPay.effective_from))) == "2026-12-15"


async def test_a_notice_keeps_its_text_when_its_button_is_tapped(stage: Stage) -> None:
    admin, worker = await stage.admin(), await stage.worker()
    await desk.bonus(stage, worker, admin, "500")
    said = "You get a bonus of PKR 500 for November 2026."
    notice = newest(await worker.phone.wait_for(said), said)
    await worker.phone.tap("💰 My money", message_id=notice.id)
    screen = await worker.phone.wait_for("So far: PKR 500")
    assert await shown(worker.phone, said) == 1
    assert screen.last.id != notice.id
    screen = await talk(worker.phone, ("/menu", "💰 November: PKR 500 so far"))
    assert "💰 My money" in labels(screen.last)


async def test_from_a_persons_card_nobody_is_asked_for_again(stage: Stage) -> None:
    admin, worker = await stage.admin(), await stage.worker()
    await forge(admin.phone, BonusFor(worker.id).pack())
    screen = await admin.phone.wait_for("How much, in PKR?")
    assert "For: Ayesha" in screen.last.text


async def test_home_says_which_work_has_no_rate(stage: Stage) -> None:
    admin, worker = await stage.admin(), await stage.worker()
    for name in ("Video Scripts", "Citations"):
        await desk.category(stage, admin, name)
    await desk.approved(stage, worker, admin, 2, kind="Video Scripts")
    await talk(
        admin.phone,
        ("/menu", "❗ Video Scripts has no rate"),
        ("❗ Video Scripts has no rate", "For everyone, or for one worker?"),
        ("✖️ Cancel", "Cancelled: Rate, Video Scripts."),
    )
    await desk.approved(stage, worker, admin, 2, kind="Citations")
    await talk(
        admin.phone, ("/menu", "❗ 2 categories have no rate"), ("❗ 2 categories have no rate", "Which category?")
    )
    for name in ("Video Scripts", "Citations"):
        await talk(
            admin.phone,
            ("/rate", "Which category?"),
            (name, "For everyone"),
            ("everyone", "How much"),
            ("2", "From which day on?"),
            ("today", "Set this rate?"),
            ("yes", "1 approved order had no rate. It has this one now."),
        )
    assert not any("rate" in label for label in labels((await talk(admin.phone, ("/menu", "⚙️ More"))).last))
    async with stage.bot.transactions.reading() as session:
        assert len(list(await session.scalars(select(Rate.amount)))) == 2
