"""Fixed pay: what a worker gets for a whole month, whatever was handed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from domain.access import Actor, Permission, use_case
from domain.audit.model import LogType
from domain.errors import ChangedMeanwhile
from domain.errors.pay import FixedPayExists
from domain.pay.adjustments import Adjusted
from domain.pay.amounts import not_negative
from domain.pay.model import FixedPay
from domain.pay.payees import payee_of
from domain.pay.revocation import insert_new, withdraw
from domain.pay.use_cases import UseCases


@dataclass(frozen=True, slots=True)
class FixedPayView:
    fixed_pay_id: UUID
    worker_id: UUID
    effective_from: date
    amount: Decimal


class FixedPayService(UseCases):
    @use_case(Permission.MANAGE_PAY)
    async def set_fixed_pay(self, worker_id: UUID, effective_from: date, amount: Decimal, *, actor: Actor) -> Adjusted:
        """What the worker gets for a whole month from a day on, until a later one takes over. Zero ends it.

        Raises:
            NotFound: No such worker.
            FixedPayExists: There is one from the same day on.
            ChangedMeanwhile: There was one until this moment.
            AmountNegative, AmountTooPrecise, AmountOutOfRange: As they say.
        """
        pay = not_negative(amount)
        name = (await payee_of(self._session, worker_id)).name
        made: dict[str, Any] = {
            "id": uuid4(),
            "worker_id": worker_id,
            "effective_from": effective_from,
            "amount": pay,
            "created_by": actor.user_id,
            "created_at": self._unit.clock.now(),
        }
        if not await insert_new(self._session, FixedPay, made):
            same = select(FixedPay.amount).where(
                FixedPay.worker_id == worker_id,
                FixedPay.effective_from == effective_from,
                FixedPay.withdrawn_at.is_(None),
            )
            before = await self._session.scalar(same)
            if before is None:
                raise ChangedMeanwhile  # it was withdrawn just now
            raise FixedPayExists(effective_from=effective_from, amount=before)
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
        await withdraw(
            self._unit, FixedPay, fixed_pay_id, LogType.FIXED_PAY_WITHDRAWN, "Withdrew fixed pay", actor=actor
        )

    @use_case(Permission.MANAGE_PAY)
    async def fixed_pay_on(self, worker_id: UUID, day: date, *, actor: Actor) -> Decimal | None:  # noqa: ARG002
        """What the worker gets for a whole month, as of a day; None: none has been set."""
        found = (
            select(FixedPay.amount)
            .where(FixedPay.worker_id == worker_id, FixedPay.withdrawn_at.is_(None), FixedPay.effective_from <= day)
            .order_by(FixedPay.effective_from.desc())
            .limit(1)
        )
        return (await self._session.scalars(found)).first()

    @use_case(Permission.MANAGE_PAY)
    async def fixed_pays(self, worker_id: UUID, *, actor: Actor) -> tuple[FixedPayView, ...]:  # noqa: ARG002
        """A worker's fixed pay that was not withdrawn, the newest first."""
        found = (
            select(FixedPay)
            .where(FixedPay.worker_id == worker_id, FixedPay.withdrawn_at.is_(None))
            .order_by(FixedPay.effective_from.desc())
        )
        return tuple(
            FixedPayView(row.id, row.worker_id, row.effective_from, row.amount)
            for row in await self._session.scalars(found)
        )
