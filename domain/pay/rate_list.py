"""The list of rates: what is paid for a submission of which kind, by whom and from when on, and where that lacks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, func, select

from domain.access import Actor, Permission, use_case
from domain.accounts.model import SYSTEM_USER_ID, User
from domain.audit.model import LogType
from domain.clock import Month, local_day
from domain.errors import ChangedMeanwhile, NotFound
from domain.errors.pay import RateExists
from domain.orders.model import Category, OrderStatus, WorkOrder
from domain.pay.amounts import not_negative
from domain.pay.issuing import freeze_rates
from domain.pay.model import Rate
from domain.pay.payees import payee_of
from domain.pay.rates import RateKey, rate_for, rates_for
from domain.pay.revocation import insert_new, withdraw
from domain.pay.sources import paid_to, quantity_of, submitted_at, unpriced_orders
from domain.pay.use_cases import UseCases


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


@dataclass(frozen=True, slots=True)
class RateView:
    rate_id: UUID
    category_id: UUID
    category: str
    worker_id: UUID | None
    """None: everyone who has no rate of their own."""
    worker_name: str | None
    effective_from: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class PricedCategory:
    category_id: UUID
    name: str
    rate: Decimal | None
    """Everyone's, today; None: none has been set."""


@dataclass(frozen=True, slots=True)
class UnpricedCategory:
    """A category whose work cannot be paid yet."""

    category_id: UUID
    name: str


class RateList(UseCases):
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
            ChangedMeanwhile: There was one until this moment.
            AmountNegative, AmountTooPrecise, AmountOutOfRange: As they say.
        """
        price = not_negative(amount)
        category = await self._session.scalar(select(Category.name).where(Category.id == category_id))
        if category is None:
            raise NotFound(what="category")
        worker_name = None if worker_id is None else (await payee_of(self._session, worker_id)).name
        made: dict[str, Any] = {
            "id": uuid4(),
            "category_id": category_id,
            "worker_id": worker_id,
            "effective_from": effective_from,
            "amount": price,
            "created_by": actor.user_id,
            "created_at": self._unit.clock.now(),
        }
        if not await insert_new(self._session, Rate, made):
            same = select(Rate.amount).where(
                Rate.category_id == category_id,
                Rate.worker_id.is_(None) if worker_id is None else Rate.worker_id == worker_id,
                Rate.effective_from == effective_from,
                Rate.withdrawn_at.is_(None),
            )
            before = await self._session.scalar(same)
            if before is None:
                raise ChangedMeanwhile  # it was withdrawn just now
            raise RateExists(effective_from=effective_from, amount=before)
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

    @use_case(Permission.MANAGE_PAY)
    async def withdraw_rate(self, rate_id: UUID, *, actor: Actor) -> None:
        """Takes back a rate that was a mistake: from now on it is as if it had never been set.

        Orders that were approved with it keep it.

        Raises:
            NotFound: No such rate.
            AlreadyWithdrawn: It has been.
        """
        await withdraw(self._unit, Rate, rate_id, LogType.RATE_WITHDRAWN, "Withdrew a rate", actor=actor)

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

    @use_case(Permission.MANAGE_PAY)
    async def rates(self, *, category_id: UUID | None = None, actor: Actor) -> tuple[RateView, ...]:  # noqa: ARG002
        """Rates that were not withdrawn: by category, everyone's before workers' own, the newest first."""
        found = (
            select(Rate, Category.name, User.name)
            .join(Category, Category.id == Rate.category_id)
            .outerjoin(User, User.id == Rate.worker_id)
            .where(Rate.withdrawn_at.is_(None))
            .order_by(
                Category.position,
                Category.name,
                Rate.worker_id.is_not(None),
                User.name,
                Rate.worker_id,
                Rate.effective_from.desc(),
            )
        )
        if category_id is not None:
            found = found.where(Rate.category_id == category_id)
        return tuple(
            RateView(rate.id, rate.category_id, category, rate.worker_id, worker, rate.effective_from, rate.amount)
            for rate, category, worker in (await self._session.execute(found))
        )

    @use_case(Permission.MANAGE_PAY)
    async def rate_on(
        self,
        category_id: UUID,
        worker_id: UUID | None,
        day: date,
        *,
        actor: Actor,  # noqa: ARG002
    ) -> Decimal | None:
        """What is paid on a day as the rates are now: to a worker, to everyone without a rate of their own; None:
        none has been set."""
        name = await self._session.scalar(select(Category.name).where(Category.id == category_id))
        if name is None:
            return None
        # No worker has the system's id, so no rate of their own is found.
        return await rate_for(self._session, name, worker_id or SYSTEM_USER_ID, day)

    @use_case(Permission.MANAGE_PAY)
    async def unpriced_categories(self, *, actor: Actor) -> tuple[UnpricedCategory, ...]:  # noqa: ARG002
        """Those with approved work, or work that waits to be checked, for which nobody has set a rate."""
        earliest = func.min(submitted_at)
        found = (
            select(WorkOrder.category, paid_to, earliest)
            .where(
                WorkOrder.status.in_([OrderStatus.UNDER_QA, OrderStatus.APPROVED]),
                WorkOrder.rate.is_(None),
                WorkOrder.archived_at.is_(None),
                quantity_of > 0,
            )
            .group_by(WorkOrder.category, paid_to)
        )
        zone = self._unit.organization.zone
        # A rate that holds for a worker's earliest order holds for the later ones too.
        keys = {
            RateKey(category, worker_id, local_day(first, zone))
            for category, worker_id, first in await self._session.execute(found)
        }
        rates = await rates_for(self._session, keys)
        lacking = {key.category for key in keys if key not in rates}
        if not lacking:
            return ()
        # The database lowers both sides: SQLite leaves letters other than ASCII as they are.
        names = [func.lower(name) for name in sorted(lacking)]
        listed = select(Category.id, Category.name).where(func.lower(Category.name).in_(names))
        rows = await self._session.execute(listed.order_by(Category.position, Category.name))
        return tuple(UnpricedCategory(*row) for row in rows)

    @use_case(Permission.MANAGE_PAY)
    async def priced_categories(self, *, actor: Actor) -> tuple[PricedCategory, ...]:  # noqa: ARG002
        """Categories that new orders may have, in the order of their buttons, with the rate that holds for everyone."""
        return await self._priced(Category.is_active.is_(True))

    @use_case(Permission.MANAGE_PAY)
    async def priced_category(self, category_id: UUID, *, actor: Actor) -> PricedCategory:  # noqa: ARG002
        """A category by id, also one that takes no new orders.

        Raises:
            NotFound: No such category.
        """
        found = await self._priced(Category.id == category_id)
        if not found:
            raise NotFound(what="category")
        return found[0]

    async def _priced(self, condition: ColumnElement[bool]) -> tuple[PricedCategory, ...]:
        listed = select(Category.id, Category.name).where(condition)
        rows = [*await self._session.execute(listed.order_by(Category.position, Category.name))]
        today = local_day(self._unit.clock.now(), self._unit.organization.zone)
        # No worker has this id, so no rate of their own is found.
        keys = {row.id: RateKey(row.name, SYSTEM_USER_ID, today) for row in rows}
        rates = await rates_for(self._session, keys.values())
        return tuple(PricedCategory(row.id, row.name, rates.get(keys[row.id])) for row in rows)

    async def _price_orders(self, workers: list[UUID] | None, actor: Actor) -> int:
        this_month = self._unit.organization.month(self._unit.clock.now())
        missing = await unpriced_orders(self._session, self._unit.organization, workers, this_month, lock=True)
        priced = [each for each in missing if each.rate is not None]
        await freeze_rates(self._unit, priced, actor=actor)
        return len(priced)

    async def _names(self, users: set[UUID]) -> dict[UUID, str]:
        found = await self._session.execute(select(User.id, User.name).where(User.id.in_(users)))
        return dict(found.all())
