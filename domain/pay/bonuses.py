"""Bonuses: given for a month, taken back with a reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import select

from domain.access import Actor, Permission, use_case
from domain.audit.model import LogType
from domain.clock import Month
from domain.errors import NotFound
from domain.notifications.kinds import NotificationKind
from domain.orders.paging import PAGE_SIZE, Page, paged
from domain.pay.adjustments import Adjusted, notify_worker
from domain.pay.amounts import above_zero
from domain.pay.corrections import take_back
from domain.pay.locking import hold_worker
from domain.pay.model import Bonus, Invoice, InvoiceSource
from domain.pay.payees import payee_of
from domain.pay.revocation import cancel
from domain.pay.use_cases import UseCases
from domain.typed_input.text import check_reason


@dataclass(frozen=True, slots=True)
class BonusView:
    bonus_id: UUID
    worker_id: UUID
    amount: Decimal
    reason: str
    month: Month
    cancelled_at: datetime | None
    cancel_reason: str | None
    invoice_number: str | None


class BonusService(UseCases):
    @use_case(Permission.MANAGE_PAY)
    async def give_bonus(
        self, worker_id: UUID, amount: Decimal, reason: str, month: Month, *, actor: Actor
    ) -> Adjusted:
        """Adds to the worker's pay for a month. Tells the worker.

        Raises:
            NotFound: No such worker.
            TextMissing, TextTooLong: Of the reason.
            AmountZero, AmountNegative, AmountTooPrecise, AmountOutOfRange: As they say.
        """
        sum_, why = above_zero(amount), check_reason(reason)
        name = (await payee_of(self._session, worker_id)).name
        bonus = Bonus(
            id=uuid4(),
            worker_id=worker_id,
            amount=sum_,
            reason=why,
            month=month.month,
            year=month.year,
            created_by=actor.user_id,
            created_at=self._unit.clock.now(),
        )
        self._session.add(bonus)
        self._unit.audit.record(
            LogType.BONUS_ADDED,
            f"Gave {name} a bonus of {sum_} for {month}",
            actor=actor,
            entity_type="bonuses",
            entity_id=bonus.id,
            new={"worker_id": worker_id, "amount": sum_, "month": str(month), "reason": why},
        )
        facts = {"amount": sum_, "reason": why, "month": str(month)}
        notify_worker(self._unit, worker_id, NotificationKind.BONUS_GIVEN, bonus.id, facts, "bonus_id")
        return Adjusted(bonus.id, worker_id, name, sum_)

    @use_case(Permission.MANAGE_PAY)
    async def cancel_bonus(self, bonus_id: UUID, reason: str, *, actor: Actor) -> Adjusted:
        """Takes back a bonus that was a mistake. If it has been invoiced, a later invoice takes the amount off again.

        Raises:
            NotFound: No such bonus.
            OwnPay: It is the actor's own.
            AlreadyCancelled: It has been.
            TextMissing, TextTooLong: Of the reason.
        """
        why = check_reason(reason)
        bonus = (
            await self._session.execute(select(Bonus.worker_id, Bonus.amount).where(Bonus.id == bonus_id))
        ).one_or_none()
        if bonus is None:
            raise NotFound(what="bonus")
        name = await hold_worker(self._session, bonus.worker_id, actor)
        await cancel(
            self._unit,
            Bonus,
            bonus_id,
            why,
            LogType.BONUS_CANCELLED,
            f"Cancelled the bonus of {bonus.amount} of {name}",
            actor=actor,
        )
        correction = await take_back(self._unit, bonus.worker_id, why, actor, bonus_id=bonus_id)
        facts = {"amount": bonus.amount, "reason": why}
        notify_worker(self._unit, bonus.worker_id, NotificationKind.BONUS_CANCELLED, bonus_id, facts, "bonus_id")
        return Adjusted(bonus_id, bonus.worker_id, name, bonus.amount, correction)

    @use_case(Permission.SEE_ALL_PAY)
    async def bonuses(
        self,
        *,
        worker_id: UUID | None = None,
        page: int = 1,
        size: int = PAGE_SIZE,
        actor: Actor,  # noqa: ARG002
    ) -> Page[BonusView]:
        """Bonuses, the newest first: of one worker or all."""
        conditions = [] if worker_id is None else [Bonus.worker_id == worker_id]
        found = (
            select(Bonus, Invoice.number)
            .outerjoin(InvoiceSource, (InvoiceSource.bonus_id == Bonus.id) & InvoiceSource.released_at.is_(None))
            .outerjoin(Invoice, Invoice.id == InvoiceSource.invoice_id)
            .where(*conditions)
            .order_by(Bonus.created_at.desc(), Bonus.id)
        )
        rows, listed = await paged(self._session, found, select(Bonus.id).where(*conditions), page, size)
        items = tuple(
            BonusView(
                bonus.id,
                bonus.worker_id,
                bonus.amount,
                bonus.reason,
                Month(bonus.year, bonus.month),
                bonus.cancelled_at,
                bonus.cancel_reason,
                number,
            )
            for bonus, number in rows
        )
        return replace(listed, items=items)
