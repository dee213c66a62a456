"""Work that nobody has checked yet is brought to the admins' minds, once after a day and once after two."""

from __future__ import annotations

from tests.flows.review_office import open_office, submit
from tests.flows.stage import Member, Stage


async def told(admin: Member) -> int:
    return sum("has waited" in message.text for message in (await admin.phone.screen()).messages)


async def test_admins_are_reminded_after_a_day_and_after_two(stage: Stage) -> None:
    admin, worker = await stage.admin(), await stage.worker()
    await open_office(stage)
    card = await submit(stage, worker)
    await admin.phone.wait_for("Ten backlinks")
    for hours in (24, 48):
        stage.clock.advance(hours=24, minutes=5)
        # A start looks at once; so does every hour after it.
        await stage.restart()
        await admin.phone.wait_for(f"has waited for {hours} h")
        await stage.restart()
        await stage.settled()
        assert await told(admin) == hours // 24
    assert f"{card.order.number}" in (await admin.phone.screen()).last.text
