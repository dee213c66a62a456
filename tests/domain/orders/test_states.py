"""Random steps by random people against the business's table of states, as it is written in the rules."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from domain.access import Actor
from domain.audit.service import verify
from domain.errors import DomainError
from domain.orders.model import OrderStatus, OrderVersion
from domain.orders.transitions import ARCHIVABLE, TRANSITIONS, Move, Who, moves_from, transition
from domain.persistence.db import create_engine, session_factory
from tests.domain.orders.desk import DRAFT, Desk

IN_PROGRESS, UNDER_QA, APPROVED, REJECTED = "In Progress", "Under QA", "Approved", "Rejected"
RULES = {
    # (from, step): (to, versions up, by the worker)
    (IN_PROGRESS, "submit"): (UNDER_QA, 0, True),
    (REJECTED, "submit"): (UNDER_QA, 1, True),
    (UNDER_QA, "approve"): (APPROVED, 0, False),
    (UNDER_QA, "reject"): (REJECTED, 0, False),
    (UNDER_QA, "return"): (IN_PROGRESS, 1, False),
    (APPROVED, "undo"): (UNDER_QA, 0, False),
    (REJECTED, "undo"): (UNDER_QA, 0, False),
}
STEPS = ("submit", "approve", "reject", "return", "undo", "archive", "restore")


class OrderLife(RuleBasedStateMachine):
    desk: ClassVar[Desk]
    runner: ClassVar[asyncio.Runner]

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    @initialize(assigned=st.booleans())
    def begin(self, assigned: bool) -> None:
        desk = self.desk
        self.worker, self.status, self.version, self.archived = desk.bilal, UNDER_QA, 1, False
        self.submissions = 1
        if assigned:
            (order,) = self.run(desk.orders.assign(DRAFT, [desk.bilal.user_id], actor=desk.ayesha))
            self.status, self.submissions = IN_PROGRESS, 0
        else:
            order = self.run(desk.submitted()).order
        self.order_id: UUID = order.id

    @rule(step=st.sampled_from(STEPS), who=st.integers(0, 3), behind=st.sampled_from([0, 0, 0, 1, -1]))
    def tap(self, step: str, who: int, behind: int) -> None:
        desk = self.desk
        actor = (desk.bilal, desk.ayesha, desk.omar, desk.zara)[who]
        is_admin = actor in (desk.ayesha, desk.omar)
        target, up, by_worker = RULES.get((self.status, step), (None, 0, False))
        if step == "archive":
            expected = is_admin and not self.archived and self.status != APPROVED
        elif step == "restore":
            expected = is_admin and self.archived
        else:
            allowed = actor is desk.bilal if by_worker else is_admin
            expected = target is not None and allowed and not self.archived
        expected = expected and behind == 0
        before = self.run(self.traces())

        done = self.run(self.tried(step, actor, self.version - behind))

        assert done is expected, (self.status, step, actor.name, behind)
        if not done:
            assert self.run(self.traces()) == before
            return
        if step in {"archive", "restore"}:
            self.archived = step == "archive"
        else:
            self.submissions += step == "submit"
            self.status, self.version = target or self.status, self.version + up
        assert self.run(self.traces()) > before

    async def tried(self, step: str, actor: Actor, version: int) -> bool:
        order_id, orders = self.order_id, self.desk.orders
        self.desk.clock.advance(seconds=1)
        taps: dict[str, Any] = {
            "submit": lambda: orders.resubmit(order_id, version, DRAFT, actor=actor),
            "approve": lambda: orders.approve(order_id, version, actor=actor),
            "reject": lambda: orders.reject(order_id, version, "no", actor=actor),
            "return": lambda: orders.needs_changes(order_id, version, "no", actor=actor),
            "undo": lambda: orders.undo(order_id, version, actor=actor),
            "archive": lambda: orders.archive(order_id, version, actor=actor),
            "restore": lambda: orders.restore(order_id, version, actor=actor),
        }
        try:
            await taps[step]()
        except DomainError:
            return False
        return True

    async def traces(self) -> tuple[int, int]:
        return len(await self.desk.log(self.order_id)), len(await self.desk.told())

    @invariant()
    def the_record_is_what_the_rules_say(self) -> None:
        if not hasattr(self, "order_id"):
            return
        row = self.run(self.desk.row(self.order_id))
        assert (row.status.value, row.version, row.archived_at is not None) == (
            self.status,
            self.version,
            self.archived,
        )
        assert (row.approved_submissions is not None) is (self.status == APPROVED)
        assert (row.submitted_at is not None) is (self.submissions > 0)
        assert self.run(self.versions()) == list(range(1, self.submissions + 1))

    async def versions(self) -> list[int]:
        async with self.desk.sessions() as session:
            kept = select(OrderVersion.version).where(OrderVersion.order_id == self.order_id)
            return list(await session.scalars(kept.order_by(OrderVersion.version)))


def test_an_order_lives_by_the_rules(database_url: str) -> None:
    engine = create_engine(database_url, synchronous="OFF")
    with asyncio.Runner() as runner:
        desk = Desk(session_factory(engine))
        runner.run(desk.open())
        machine = type("OrderLifeHere", (OrderLife,), {"desk": desk, "runner": runner})
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=12, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
            ),
        )

        async def ended() -> None:
            async with desk.sessions() as session:
                assert await verify(session) == []
                assert await session.scalar(select(func.count()).select_from(OrderVersion))
            await engine.dispose()

        runner.run(ended())


# The table itself


def test_each_step_leads_to_one_state() -> None:
    assert len({(each.move, each.source) for each in TRANSITIONS}) == len(TRANSITIONS)
    assert transition(Move.APPROVE, OrderStatus.COMPLETED) is None


def test_only_the_system_moves_what_is_billed() -> None:
    assert {each.who for each in TRANSITIONS if OrderStatus.COMPLETED in (each.source, each.target)} == {Who.SYSTEM}
    assert OrderStatus.APPROVED not in ARCHIVABLE
    assert OrderStatus.COMPLETED not in ARCHIVABLE


@pytest.mark.parametrize("status", OrderStatus)
def test_the_buttons_are_those_of_the_table(status: OrderStatus) -> None:
    worker = moves_from(status, archived=False, is_its_worker=True, may_submit=True, may_decide=False)
    admin = moves_from(status, archived=False, is_its_worker=False, may_submit=False, may_decide=True)
    stranger = moves_from(status, archived=False, is_its_worker=False, may_submit=True, may_decide=False)

    assert worker == {Move(step) for (source, step), rule in RULES.items() if source == status.value and rule[2]}
    decided = {Move(step) for (source, step), rule in RULES.items() if source == status.value and not rule[2]}
    assert admin == decided | ({Move.ARCHIVE} if status in ARCHIVABLE else set())
    assert stranger == set()
