"""What could not be delivered, and who came back."""

from __future__ import annotations

from sqlalchemy import update

from domain.notifications.kinds import NotificationKind
from domain.notifications.model import NO_CHAT, Notification, NotificationState
from tests.catalogue.office import Office, Person

KIND = NotificationKind.BONUS_GIVEN


async def tour(office: Office) -> None:
    nadia, ayesha, bilal = await office.admin(), await office.worker(), await office.worker(office.words.other)
    await nadia.say("/undelivered")
    await _given_up(office, ayesha, NO_CHAT, "ValueError: broken", "TimedOut", "Bad Request: chat not found")
    await ayesha.block()
    await bilal.block()
    await _tell(office, ayesha, "one")
    await _tell(office, bilal, "two")
    await office.later(minutes=10)
    await nadia.say("/undelivered")
    await nadia.say("/menu")
    await nadia.tap("🔕", "✉️")
    await nadia.tap("🔁 Try again")
    await nadia.tap("‹ Undelivered")
    async with office.unit() as unit:
        facts = {"invoice_id": ayesha.id}
        unit.notifications.notify(ayesha.id, NotificationKind.INVOICE_ISSUED, facts, dedupe_key="invoice")
    await ayesha.unblock()
    await ayesha.say("/menu")
    await bilal.unblock()
    await bilal.say("/menu")


async def _tell(office: Office, person: Person, *texts: str) -> None:
    async with office.unit() as unit:
        for text in texts:
            unit.notifications.notify(person.id, KIND, _facts(text), dedupe_key=text)


async def _given_up(office: Office, person: Person, *errors: str) -> None:
    """Messages that were tried for hours, and given up."""
    async with office.unit() as unit:
        for error in errors:
            unit.notifications.notify(person.id, KIND, _facts(error), dedupe_key=error)
        await unit.notifications.flush()
        for error in errors:
            one = update(Notification).where(Notification.dedupe_key.endswith(error))
            await unit.session.execute(one.values(state=NotificationState.DEAD, last_error=error))


def _facts(text: str) -> dict[str, str]:
    return {"amount": "10.00", "currency": "PKR", "month": "2026-10", "reason": text}
