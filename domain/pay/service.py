"""Rates, fixed pay, bonuses, fines, appeals, corrections: what pay is made of, each written once and never edited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import func, select, update

from domain.access import Actor, Permission, use_case
from domain.accounts.model import Role, User
from domain.audit.model import LogType
from domain.clock import Month
from domain.db import insert_into
from domain.errors import (
    AlreadyAppealed,
    AlreadyCancelled,
    AlreadyDecided,
    AlreadyReversed,
    AlreadyWithdrawn,
    AppealTooLate,
    CorrectionInvoiced,
    FixedPayExists,
    NotFound,
    NothingBilled,
    NotInvoiced,
    OwnPay,
    RateExists,
)
from domain.orders.model import Category, WorkOrder
from domain.pay.issuing import freeze_rates
from domain.pay.model import (
    AppealStatus,
    Bonus,
    Correction,
    Fine,
    FineAppeal,
    FixedPay,
    Invoice,
    InvoiceSource,
    Rate,
)
from domain.pay.sources import lock_workers, unpriced_orders
from domain.pay.typed import above_zero, not_negative, not_zero, reason_of
from domain.unit import Unit

APPEAL_PERIOD: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class RateSet:
    rate_id: UUID
    category: str
    worker_name: str | None
    """None: everyone who has no rate of their own."""
    effective_from: date
    amount: Decimal
    orders_priced: int
    """Approved orders that had no rate and have one now."""


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A bonus, fine, correction or fixed pay that was written or taken back."""

    id: UUID
    worker_id: UUID
    worker_name: str
    amount: Decimal
    """As it was written: a fine's is above zero, a correction's signed."""
    correction_id: UUID | None = None
    """It had been invoiced: this comes back on a later invoice, with the opposite sign."""


@dataclass(frozen=True, slots=True)
class Appealed:
    appeal_id: UUID
    fine_id: UUID
    amount: Decimal
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class MissingRates:
    """Approved orders of a worker that nobody has set a rate for, and that hold up the closing of a month."""

    worker_id: UUID
    worker_name: str
    category: str
    month: Month
    """In which they were submitted."""
    orders: int
    quantity: int
    """Approved submissions."""


class PayService:
    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._session = unit.session

    # Rates

    @use_case(Permission.MANAGE_PAY)
    async def set_rate(
        self, category_id: UUID, worker_id: UUID | None, effective_from: date, amount: Decimal, *, actor: Actor
    ) -> RateSet:
        """Money per approved submission from a day on, until a later one takes over. Zero is a rate.

        Approved orders that lack a rate get it, if they were submitted on that day or later. Orders that have one keep
        it: it was frozen when they were approved.

        Args:
            category_id: Of which kind of work.
            worker_id: Whose; None: everyone's who has none of their own.
            effective_from: The first day, in the organization's calendar. May be in the past.
            amount: In the organization's currency.
            actor: Who sets it.

        Raises:
            NotFound: No such category or worker.
            RateExists: There is one from the same day on.
            AmountNegative, AmountTooPrecise, AmountOutOfRange: As they say.
        """
        price = not_negative(amount)
        category = await self._session.scalar(select(Category.name).where(Category.id == category_id))
        if category is None:
            raise NotFound(what="category")
        worker_name = None if worker_id is None else await self._worker(worker_id)
        made: dict[str, Any] = {
            "id": uuid4(),
            "category_id": category_id,
            "worker_id": worker_id,
            "effective_from": effective_from,
            "amount": price,
            "created_by": actor.user_id,
            "created_at": self._unit.clock.now(),
        }
        if not await self._insert(Rate, made):
            same = select(Rate.amount).where(
                Rate.category_id == category_id,
                Rate.worker_id.is_(None) if worker_id is None else Rate.worker_id == worker_id,
                Rate.effective_from == effective_from,
                Rate.withdrawn_at.is_(None),
            )
            raise RateExists(effective_from=effective_from, amount=await self._session.scalar(same))
        whose = f" of {worker_name}" if worker_name else ""
        self._unit.audit.record(
            LogType.RATE_ADDED,
            f"Set the rate{whose} for {category}: {price} from {effective_from}",
            actor=actor,
            entity_type="rates",
            entity_id=made["id"],
            new={"category": category, "worker_id": worker_id, "effective_from": effective_from, "amount": price},
        )
        priced = await self._price_orders(None if worker_id is None else [worker_id], actor)
        return RateSet(made["id"], category, worker_name, effective_from, price, priced)

    async def _price_orders(self, workers: list[UUID] | None, actor: Actor) -> int:
        this_month = self._unit.organization.month(self._unit.clock.now())
        missing = await unpriced_orders(self._session, self._unit.organization, workers, this_month, lock=True)
        priced = [each for each in missing if each.rate is not None]
        await freeze_rates(self._unit, priced, actor=actor)
        return len(priced)

    @use_case(Permission.MANAGE_PAY)
    async def withdraw_rate(self, rate_id: UUID, *, actor: Actor) -> None:
        """Takes back a rate that was a mistake: from now on it is as if it had never been set.

        Orders that were approved with it keep it.

        Raises:
            NotFound: No such rate.
            AlreadyWithdrawn: It has been.
        """
        await self._withdraw(Rate, rate_id, LogType.RATE_WITHDRAWN, "Withdrew a rate", actor)

    @use_case(Permission.MANAGE_PAY)
    async def missing_rates(self, month: Month, *, actor: Actor) -> tuple[MissingRates, ...]:  # noqa: ARG002
        """What lacks a rate among approved orders submitted up to and with a month, by worker and category."""
        found = await unpriced_orders(self._session, self._unit.organization, None, month)
        groups: dict[tuple[UUID, str, Month], list[int]] = {}
        for order in found:
            if order.rate is None:
                groups.setdefault((order.worker_id, order.category, order.month), []).append(order.quantity)
        names = await self._names({worker_id for worker_id, _, _ in groups})
        missing = (
            MissingRates(worker_id, names[worker_id], category, of, len(quantities), sum(quantities))
            for (worker_id, category, of), quantities in groups.items()
        )
        return tuple(sorted(missing, key=lambda each: (each.worker_name, each.worker_id, each.category, each.month)))

    # Fixed pay

    @use_case(Permission.MANAGE_PAY)
    async def set_fixed_pay(self, worker_id: UUID, effective_from: date, amount: Decimal, *, actor: Actor) -> Adjusted:
        """What the worker gets for a whole month from a day on, until a later one takes over. Zero ends it.

        Raises:
            NotFound: No such worker.
            FixedPayExists: There is one from the same day on.
            AmountNegative, AmountTooPrecise, AmountOutOfRange: As they say.
        """
        pay = not_negative(amount)
        name = await self._worker(worker_id)
        made: dict[str, Any] = {
            "id": uuid4(),
            "worker_id": worker_id,
            "effective_from": effective_from,
            "amount": pay,
            "created_by": actor.user_id,
            "created_at": self._unit.clock.now(),
        }
        if not await self._insert(FixedPay, made):
            same = select(FixedPay.amount).where(
                FixedPay.worker_id == worker_id,
                FixedPay.effective_from == effective_from,
                FixedPay.withdrawn_at.is_(None),
            )
            raise FixedPayExists(effective_from=effective_from, amount=await self._session.scalar(same))
        self._unit.audit.record(
            LogType.FIXED_PAY_ADDED,
            f"Set the fixed pay of {name}: {pay} a month from {effective_from}",
            actor=actor,
            entity_type="fixed_pays",
            entity_id=made["id"],
            new={"worker_id": worker_id, "effective_from": effective_from, "amount": pay},
        )
        return Adjusted(made["id"], worker_id, name, pay)

    @use_case(Permission.MANAGE_PAY)
    async def withdraw_fixed_pay(self, fixed_pay_id: UUID, *, actor: Actor) -> None:
        """Takes back fixed pay that was a mistake. What was invoiced stays: a correction makes up for it.

        Raises:
            NotFound: No such fixed pay.
            AlreadyWithdrawn: It has been.
        """
        await self._withdraw(FixedPay, fixed_pay_id, LogType.FIXED_PAY_WITHDRAWN, "Withdrew fixed pay", actor)

    # Bonuses and fines

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
        sum_, why = above_zero(amount), reason_of(reason)
        name = await self._worker(worker_id)
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
        self._tell(worker_id, "bonus_given", bonus.id, {"amount": sum_, "reason": why, "month": str(month)}, "bonus_id")
        return Adjusted(bonus.id, worker_id, name, sum_)

    @use_case(Permission.MANAGE_PAY)
    async def fine(self, worker_id: UUID, amount: Decimal, reason: str, *, actor: Actor) -> Adjusted:
        """Takes from the worker's pay, in the month in which it is issued. Tells the worker, who can appeal for 7 days.

        Raises:
            As for `give_bonus`.
        """
        sum_, why = above_zero(amount), reason_of(reason)
        name = await self._worker(worker_id)
        now = self._unit.clock.now()
        fine = Fine(id=uuid4(), worker_id=worker_id, amount=sum_, reason=why, created_by=actor.user_id, created_at=now)
        self._session.add(fine)
        self._unit.audit.record(
            LogType.FINE_ISSUED,
            f"Fined {name} {sum_}",
            actor=actor,
            entity_type="fines",
            entity_id=fine.id,
            new={"worker_id": worker_id, "amount": sum_, "reason": why},
        )
        facts = {"amount": sum_, "reason": why, "appeal_until": now + APPEAL_PERIOD}
        self._tell(worker_id, "fine_issued", fine.id, facts, "fine_id")
        return Adjusted(fine.id, worker_id, name, sum_)

    @use_case(Permission.MANAGE_PAY)
    async def cancel_bonus(self, bonus_id: UUID, reason: str, *, actor: Actor) -> Adjusted:
        """Takes back a bonus that was a mistake. If it has been invoiced, a later invoice takes the amount off again.

        Raises:
            NotFound: No such bonus.
            OwnPay: It is the actor's own.
            AlreadyCancelled: It has been.
            TextMissing, TextTooLong: Of the reason.
        """
        why = reason_of(reason)
        bonus = (
            await self._session.execute(select(Bonus.worker_id, Bonus.amount).where(Bonus.id == bonus_id))
        ).one_or_none()
        if bonus is None:
            raise NotFound(what="bonus")
        name = await self._hold(bonus.worker_id, actor)
        await self._cancel(Bonus, bonus_id, why, actor)
        self._unit.audit.record(
            LogType.BONUS_CANCELLED,
            f"Cancelled the bonus of {bonus.amount} of {name}",
            actor=actor,
            entity_type="bonuses",
            entity_id=bonus_id,
            old={"cancel_reason": None},
            new={"cancel_reason": why},
        )
        correction = await self._take_back(bonus.worker_id, why, actor, bonus_id=bonus_id)
        self._tell(bonus.worker_id, "bonus_cancelled", bonus_id, {"amount": bonus.amount, "reason": why}, "bonus_id")
        return Adjusted(bonus_id, bonus.worker_id, name, bonus.amount, correction)

    @use_case(Permission.MANAGE_PAY)
    async def cancel_fine(self, fine_id: UUID, reason: str, *, actor: Actor) -> Adjusted:
        """Takes back a fine that was a mistake, and closes its appeal.

        If it has been invoiced, a later invoice pays the amount back.

        Raises:
            As for `cancel_bonus`.
        """
        why = reason_of(reason)
        worker_id, amount, _ = await self._fine(fine_id)
        name = await self._hold(worker_id, actor)
        correction = await self._cancel_fine(fine_id, worker_id, name, amount, why, actor)
        await self._session.execute(
            update(FineAppeal)
            .where(FineAppeal.fine_id == fine_id, FineAppeal.status == AppealStatus.OPEN)
            .values(
                status=AppealStatus.CANCELLED,
                decided_at=self._unit.clock.now(),
                decided_by=actor.user_id,
                decision_note=why,
            )
        )
        self._tell(worker_id, "fine_cancelled", fine_id, {"amount": amount, "reason": why}, "fine_id")
        return Adjusted(fine_id, worker_id, name, amount, correction)

    # Appeals

    @use_case(Permission.APPEAL_FINES)
    async def appeal(self, fine_id: UUID, text: str, *, actor: Actor) -> Appealed:
        """Objects to one's own fine, once, within 7 days. Until admins decide, it stays off the invoice.

        Raises:
            NotFound: No such fine, or another worker's.
            AppealTooLate: The 7 days are over.
            AlreadyAppealed: It was appealed before, whatever came of it.
            AlreadyCancelled: The fine is no more.
            TextMissing, TextTooLong: Of the text.
        """
        words = reason_of(text, field="text")
        # Held from here on, so that a closing either has billed the fine or sees the appeal.
        await lock_workers(self._session, [actor.user_id])
        fine = (
            await self._session.execute(
                select(Fine.amount, Fine.reason, Fine.created_at, Fine.cancelled_at, Fine.cancel_reason).where(
                    Fine.id == fine_id, Fine.worker_id == actor.user_id
                )
            )
        ).one_or_none()
        if fine is None:
            raise NotFound(what="fine")
        if fine.cancelled_at is not None:
            raise AlreadyCancelled(cancelled_at=fine.cancelled_at, reason=fine.cancel_reason)
        before = await self._session.scalar(select(FineAppeal.status).where(FineAppeal.fine_id == fine_id))
        if before is not None:
            raise AlreadyAppealed(status=before.value)
        now = self._unit.clock.now()
        until = fine.created_at + APPEAL_PERIOD
        if now > until:
            raise AppealTooLate(until=until)
        appeal = FineAppeal(id=uuid4(), fine_id=fine_id, text=words, created_at=now)
        self._session.add(appeal)
        self._unit.audit.record(
            LogType.FINE_APPEALED,
            f"{actor.name} appealed a fine of {fine.amount}",
            actor=actor,
            entity_type="fine_appeals",
            entity_id=appeal.id,
            new={"fine_id": fine_id, "text": words},
        )
        facts = {
            "appeal_id": appeal.id,
            "fine_id": fine_id,
            "worker_id": actor.user_id,
            "worker_name": actor.name,
            "amount": fine.amount,
            "currency": self._unit.organization.currency,
            "reason": fine.reason,
            "text": words,
        }
        await self._unit.notifications.tell_admins("fine_appealed", facts, occasion=str(appeal.id))
        return Appealed(appeal.id, fine_id, fine.amount, fine.reason, words)

    @use_case(Permission.MANAGE_PAY)
    async def decide_appeal(self, appeal_id: UUID, *, uphold: bool, note: str | None = None, actor: Actor) -> Adjusted:
        """Upholds the fine, or cancels it. The first decision wins. Tells the worker.

        Args:
            appeal_id: Which.
            uphold: Whether the fine stands.
            note: What the worker is told about why; needed to cancel, as it becomes the fine's reason for that.
            actor: Who decides; never the fined worker.

        Raises:
            NotFound: No such appeal.
            OwnPay: It is the actor's own fine.
            AlreadyDecided: With who decided, what and when.
            TextMissing, TextTooLong: Of the note.
        """
        why = None if uphold and note is None else reason_of(note or "", field="note")
        fine_id = await self._session.scalar(select(FineAppeal.fine_id).where(FineAppeal.id == appeal_id))
        if fine_id is None:
            raise NotFound(what="appeal")
        worker_id, amount, _ = await self._fine(fine_id)
        name = await self._hold(worker_id, actor)
        outcome = AppealStatus.UPHELD if uphold else AppealStatus.CANCELLED
        decided = await self._session.execute(
            update(FineAppeal)
            .where(FineAppeal.id == appeal_id, FineAppeal.status == AppealStatus.OPEN)
            .values(status=outcome, decided_at=self._unit.clock.now(), decided_by=actor.user_id, decision_note=why)
            .returning(FineAppeal.id)
        )
        if decided.one_or_none() is None:
            raise await self._decided_before(appeal_id)
        self._unit.audit.record(
            LogType.APPEAL_DECIDED,
            f"{'Upheld' if uphold else 'Cancelled'} the fine of {amount} that {name} appealed",
            actor=actor,
            entity_type="fine_appeals",
            entity_id=appeal_id,
            old={"status": AppealStatus.OPEN},
            new={"status": outcome, "note": why},
        )
        correction = None
        if why is not None and not uphold:
            correction = await self._cancel_fine(fine_id, worker_id, name, amount, why, actor)
        facts = {"appeal_id": appeal_id, "amount": amount, "outcome": outcome, "note": why, "decided_by": actor.name}
        self._tell(worker_id, "appeal_decided", fine_id, facts, "fine_id")
        return Adjusted(fine_id, worker_id, name, amount, correction)

    # Corrections

    @use_case(Permission.MANAGE_PAY)
    async def correct(
        self, worker_id: UUID, amount: Decimal, reason: str, *, invoice_id: UUID | None = None, actor: Actor
    ) -> Adjusted:
        """Adds to the worker's next invoice, or takes from it, because an issued one stays as it is.

        Args:
            worker_id: Whose.
            amount: Signed.
            reason: Stands on the invoice.
            invoice_id: Which issued invoice it corrects, if any: one of the same worker.
            actor: Who corrects.

        Raises:
            NotFound: No such worker, or no such invoice of theirs.
            AmountZero, AmountTooPrecise, AmountOutOfRange, TextMissing, TextTooLong: As they say.
        """
        sum_, why = not_zero(amount), reason_of(reason)
        name = await self._worker(worker_id)
        if invoice_id is not None:
            owner = await self._session.scalar(select(Invoice.worker_id).where(Invoice.id == invoice_id))
            if owner != worker_id:
                raise NotFound(what="invoice")
        made = await self._add_correction(worker_id, sum_, why, actor, from_invoice_id=invoice_id)
        facts = {"amount": sum_, "reason": why}
        self._tell(worker_id, "correction_added", made, facts, "correction_id")
        return Adjusted(made, worker_id, name, sum_)

    @use_case(Permission.MANAGE_PAY)
    async def cancel_correction(self, correction_id: UUID, reason: str, *, actor: Actor) -> Adjusted:
        """Takes back a correction that no invoice has yet.

        Raises:
            NotFound: No such correction.
            OwnPay: It is the actor's own.
            AlreadyCancelled: It has been.
            CorrectionInvoiced: It is on an invoice: make another one with the opposite sign.
        """
        why = reason_of(reason)
        found = (
            await self._session.execute(
                select(Correction.worker_id, Correction.amount).where(Correction.id == correction_id)
            )
        ).one_or_none()
        if found is None:
            raise NotFound(what="correction")
        name = await self._hold(found.worker_id, actor)
        number = await self._session.scalar(
            select(Invoice.number)
            .join(InvoiceSource, InvoiceSource.invoice_id == Invoice.id)
            .where(InvoiceSource.correction_id == correction_id, InvoiceSource.released_at.is_(None))
        )
        if number is not None:
            raise CorrectionInvoiced(number=number)
        await self._cancel(Correction, correction_id, why, actor)
        self._unit.audit.record(
            LogType.CORRECTION_CANCELLED,
            f"Cancelled the correction of {found.amount} of {name}",
            actor=actor,
            entity_type="corrections",
            entity_id=correction_id,
            old={"cancel_reason": None},
            new={"cancel_reason": why},
        )
        return Adjusted(correction_id, found.worker_id, name, found.amount)

    @use_case(Permission.MANAGE_PAY)
    async def reverse_order(self, order_id: UUID, reason: str, *, actor: Actor) -> Adjusted:
        """Takes back an order that is on an issued invoice: a later invoice takes off the amount actually billed.

        The order stays Completed, and its invoice stays as it is.

        Raises:
            NotFound: No such order.
            OwnPay: It is the actor's own.
            NotInvoiced: It is on no issued invoice: undo its decision instead.
            AlreadyReversed: It has been.
            NothingBilled: It was billed at a rate of zero.
            TextMissing, TextTooLong: Of the reason.
        """
        why = reason_of(reason)
        order = (
            await self._session.execute(
                select(
                    WorkOrder.number,
                    WorkOrder.title,
                    WorkOrder.status,
                    func.coalesce(WorkOrder.assigned_to, WorkOrder.created_by).label("worker_id"),
                ).where(WorkOrder.id == order_id)
            )
        ).one_or_none()
        if order is None:
            raise NotFound(what="order")
        name = await self._hold(order.worker_id, actor)
        billed = await self._billed(InvoiceSource.order_id == order_id)
        if billed is None:
            raise NotInvoiced(status=order.status.value)
        done = select(Correction.id).where(
            Correction.order_id == order_id,
            Correction.order_version == billed.order_version,
            Correction.cancelled_at.is_(None),
        )
        if await self._session.scalar(done) is not None:
            raise AlreadyReversed
        if not billed.amount:
            raise NothingBilled
        made = await self._add_correction(
            order.worker_id,
            -billed.amount,
            why,
            actor,
            from_invoice_id=billed.invoice_id,
            order_id=order_id,
            order_version=billed.order_version,
        )
        facts = {"order_id": order_id, "number": order.number, "title": order.title}
        facts |= {"amount": -billed.amount, "reason": why}
        self._tell(order.worker_id, "order_reversed", made, facts, "correction_id")
        return Adjusted(order_id, order.worker_id, name, billed.amount, made)

    # What they share

    async def _insert(self, table: type[Rate | FixedPay], values: dict[str, Any]) -> bool:
        """Whether the row is new: the database's unique index decides, also between two admins at the same moment."""
        statement = insert_into(self._session, table).values(values).on_conflict_do_nothing().returning(table.id)
        return (await self._session.scalar(statement)) is not None

    async def _withdraw(
        self, table: type[Rate | FixedPay], row_id: UUID, log_type: LogType, sentence: str, actor: Actor
    ) -> None:
        now = self._unit.clock.now()
        withdrawn = await self._session.execute(
            update(table)
            .where(table.id == row_id, table.withdrawn_at.is_(None))
            .values(withdrawn_at=now, withdrawn_by=actor.user_id)
            .returning(table.effective_from, table.amount)
        )
        row = withdrawn.one_or_none()
        if row is None:
            before = await self._session.scalar(select(table.withdrawn_at).where(table.id == row_id))
            if before is None:
                raise NotFound(what=table.__tablename__)
            raise AlreadyWithdrawn(withdrawn_at=before)
        self._unit.audit.record(
            log_type,
            f"{sentence} of {row.amount} from {row.effective_from}",
            actor=actor,
            entity_type=table.__tablename__,
            entity_id=row_id,
            old={"withdrawn_at": None},
            new={"withdrawn_at": now},
        )

    async def _cancel(self, table: type[Bonus | Fine | Correction], row_id: UUID, why: str, actor: Actor) -> None:
        cancelled = await self._session.execute(
            update(table)
            .where(table.id == row_id, table.cancelled_at.is_(None))
            .values(cancelled_at=self._unit.clock.now(), cancelled_by=actor.user_id, cancel_reason=why)
            .returning(table.id)
        )
        if cancelled.one_or_none() is None:
            before = await self._session.execute(
                select(table.cancelled_at, table.cancel_reason).where(table.id == row_id)
            )
            at, reason = before.one()
            raise AlreadyCancelled(cancelled_at=at, reason=reason)

    async def _cancel_fine(
        self, fine_id: UUID, worker_id: UUID, name: str, amount: Decimal, why: str, actor: Actor
    ) -> UUID | None:
        await self._cancel(Fine, fine_id, why, actor)
        self._unit.audit.record(
            LogType.FINE_CANCELLED,
            f"Cancelled the fine of {amount} of {name}",
            actor=actor,
            entity_type="fines",
            entity_id=fine_id,
            old={"cancel_reason": None},
            new={"cancel_reason": why},
        )
        return await self._take_back(worker_id, why, actor, fine_id=fine_id)

    async def _take_back(
        self,
        worker_id: UUID,
        why: str,
        actor: Actor,
        *,
        bonus_id: UUID | None = None,
        fine_id: UUID | None = None,
    ) -> UUID | None:
        """A correction of the amount actually billed, if it was billed."""
        source = InvoiceSource.bonus_id == bonus_id if bonus_id else InvoiceSource.fine_id == fine_id
        billed = await self._billed(source)
        if billed is None:
            return None
        return await self._add_correction(
            worker_id,
            -billed.amount,
            why,
            actor,
            from_invoice_id=billed.invoice_id,
            bonus_id=bonus_id,
            fine_id=fine_id,
        )

    async def _billed(self, source: Any) -> Any:
        found = select(InvoiceSource.invoice_id, InvoiceSource.amount, InvoiceSource.order_version).where(
            source, InvoiceSource.released_at.is_(None)
        )
        return (await self._session.execute(found)).one_or_none()

    async def _add_correction(
        self, worker_id: UUID, amount: Decimal, why: str, actor: Actor, **references: Any
    ) -> UUID:
        correction = Correction(
            id=uuid4(),
            worker_id=worker_id,
            amount=amount,
            reason=why,
            created_by=actor.user_id,
            created_at=self._unit.clock.now(),
            **references,
        )
        self._session.add(correction)
        self._unit.audit.record(
            LogType.CORRECTION_ADDED,
            f"Added a correction of {amount}",
            actor=actor,
            entity_type="corrections",
            entity_id=correction.id,
            new={"worker_id": worker_id, "amount": amount, "reason": why}
            | {name: value for name, value in references.items() if value is not None},
        )
        return correction.id

    async def _worker(self, worker_id: UUID) -> str:
        """The worker's name, active or not: who has left may still be owed something."""
        found = select(User.name).where(User.id == worker_id, User.role == Role.WORKER)
        name = await self._session.scalar(found)
        if name is None:
            raise NotFound(what="worker")
        return name

    async def _hold(self, worker_id: UUID, actor: Actor) -> str:
        """Keeps closings of this worker waiting until our commit: so either the invoice is there by now, or it will be
        made from what we write. Returns the worker's name."""
        if worker_id == actor.user_id:
            raise OwnPay
        await lock_workers(self._session, [worker_id])
        return (await self._session.scalars(select(User.name).where(User.id == worker_id))).one()

    async def _fine(self, fine_id: UUID) -> tuple[UUID, Decimal, datetime]:
        found = await self._session.execute(
            select(Fine.worker_id, Fine.amount, Fine.created_at).where(Fine.id == fine_id)
        )
        row = found.one_or_none()
        if row is None:
            raise NotFound(what="fine")
        return row.worker_id, row.amount, row.created_at

    async def _decided_before(self, appeal_id: UUID) -> AlreadyDecided:
        found = await self._session.execute(
            select(FineAppeal.status, User.name, FineAppeal.decided_at)
            .join(User, User.id == FineAppeal.decided_by)
            .where(FineAppeal.id == appeal_id)
        )
        status, name, at = found.one()
        return AlreadyDecided(status=status.value, decided_by=name, decided_at=at)

    async def _names(self, users: set[UUID]) -> dict[UUID, str]:
        found = await self._session.execute(select(User.id, User.name).where(User.id.in_(users)))
        return dict(found.all())

    def _tell(self, worker_id: UUID, kind: str, about: UUID, facts: dict[str, Any], id_name: str) -> None:
        payload = {id_name: about, "currency": self._unit.organization.currency, **facts}
        self._unit.notifications.tell(worker_id, kind, payload, occasion=str(about))
