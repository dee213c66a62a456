"""Appeals: a worker objects to a fine, and an admin decides whether it stands."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import select, update

from domain.access import Actor, Permission, use_case
from domain.accounts.model import User
from domain.audit.model import LogType
from domain.errors import NotFound
from domain.errors.pay import AlreadyAppealed, AlreadyCancelled, AppealAlreadyDecided, AppealTooLate
from domain.notifications.kinds import NotificationKind
from domain.pay.adjustments import Adjusted, notify_worker
from domain.pay.fines import APPEAL_PERIOD, cancel_held, hold_fine
from domain.pay.model import AppealStatus, Fine, FineAppeal
from domain.pay.sources import lock_workers
from domain.pay.use_cases import UseCases
from domain.typed_input.text import check_reason


@dataclass(frozen=True, slots=True)
class Appealed:
    appeal_id: UUID
    fine_id: UUID
    amount: Decimal
    reason: str
    text: str


class AppealService(UseCases):
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
        words = check_reason(text, field="text")
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
            raise AlreadyAppealed(status=before)
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
        await self._unit.notifications.notify_admins(NotificationKind.FINE_APPEALED, facts, dedupe_key=str(appeal.id))
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
            AppealAlreadyDecided: With who decided, what and when.
            TextMissing, TextTooLong: Of the note.
        """
        why = None if uphold and note is None else check_reason(note or "", field="note")
        fine_id = await self._session.scalar(select(FineAppeal.fine_id).where(FineAppeal.id == appeal_id))
        if fine_id is None:
            raise NotFound(what="appeal")
        fine = await hold_fine(self._session, fine_id, actor)
        outcome = AppealStatus.UPHELD if uphold else AppealStatus.CANCELLED
        decided = await self._session.execute(
            update(FineAppeal)
            .where(FineAppeal.id == appeal_id, FineAppeal.status == AppealStatus.OPEN)
            .values(status=outcome, decided_at=self._unit.clock.now(), decided_by=actor.user_id, decision_note=why)
            .returning(FineAppeal.id)
        )
        if decided.one_or_none() is None:
            raise await self._decided_before(appeal_id, actor)
        self._unit.audit.record(
            LogType.APPEAL_DECIDED,
            f"{'Upheld' if uphold else 'Cancelled'} the fine of {fine.amount} that {fine.worker_name} appealed",
            actor=actor,
            entity_type="fine_appeals",
            entity_id=appeal_id,
            old={"status": AppealStatus.OPEN},
            new={"status": outcome, "note": why},
        )
        correction = None
        if why is not None and not uphold:
            correction = await cancel_held(self._unit, fine, why, actor)
        facts = {
            "appeal_id": appeal_id,
            "amount": fine.amount,
            "outcome": outcome,
            "note": why,
            "decided_by": actor.name,
        }
        notify_worker(self._unit, fine.worker_id, NotificationKind.APPEAL_DECIDED, fine_id, facts, "fine_id")
        return Adjusted(fine_id, fine.worker_id, fine.worker_name, fine.amount, correction)

    async def _decided_before(self, appeal_id: UUID, actor: Actor) -> AppealAlreadyDecided:
        found = await self._session.execute(
            select(FineAppeal.status, User.id, User.name, FineAppeal.decided_at)
            .join(User, User.id == FineAppeal.decided_by)
            .where(FineAppeal.id == appeal_id)
        )
        status, admin, name, at = found.one()
        by_you = admin == actor.user_id
        return AppealAlreadyDecided(status=status, decided_by=name, decided_at=at, by_you=by_you)
