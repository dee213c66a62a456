"""Files on their way into the storage, and the same bytes again."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.access import SYSTEM
from domain.errors import NotAllowed, NotFound
from domain.files.model import FileState, FileUpload
from domain.files.naming import FileKind
from domain.files.service import PAUSES, TELL_AFTER, FileService, StoredFile
from domain.orders.cards import OrderCard
from tests.domain.orders.desk import DRAFT, Desk, draft_file


def sha(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()


async def store(desk: Desk, card: OrderCard, word: str, place: int = -1) -> StoredFile:
    file = card.files[place]
    return await desk.stored_files.mark_stored(file.id, sha256=sha(word), size=7, key=file.storage_key, actor=SYSTEM)


async def submitted(desk: Desk, worker: Any = None) -> OrderCard:
    return await desk.submitted(worker, DRAFT.with_file(draft_file(f"{uuid4()}.pdf")))


async def row(desk: Desk, file_id: UUID) -> FileUpload:
    async with desk.sessions() as session:
        return await session.get_one(FileUpload, file_id)


async def test_a_file_is_claimed_copied_and_stored_once(desk: Desk) -> None:
    draft = DRAFT.with_file(draft_file("", "p", FileKind.PHOTO)).with_file(draft_file("a.pdf"))
    card = await desk.submitted(draft=draft)

    claimed = await desk.stored_files.claim_pending(actor=SYSTEM)
    desk.clock.advance(minutes=1)
    again = await desk.stored_files.claim_pending(actor=SYSTEM)

    assert {(file.id, file.attempt, file.kind) for file in claimed} == {
        (card.files[0].id, 1, FileKind.PHOTO),
        (card.files[1].id, 1, FileKind.DOCUMENT),
    }
    assert {file.telegram_file_id for file in claimed} == {"id of p", "id of a.pdf"}
    # A minute later the second try of both is due, and then the third is not.
    assert {file.attempt for file in again} == {2}
    assert await desk.stored_files.claim_pending(actor=SYSTEM) == ()
    for _ in range(2):
        stored = await store(desk, card, "bytes")
        assert (stored.state, stored.size, stored.duplicate) == (FileState.STORED, 7, None)
    assert [entry.log_type for entry in await desk.log(card.files[1].id)] == ["file_stored"]
    assert (await row(desk, card.files[1].id)).stored_at == desk.clock.now()


async def test_tries_get_rarer_and_end(desk: Desk) -> None:
    card = await submitted(desk)
    file_id = card.files[0].id
    tried = []
    days = set()
    for pause in (*PAUSES, timedelta(0)):
        assert await desk.stored_files.has_due(actor=SYSTEM)
        (claimed,) = await desk.stored_files.claim_pending(actor=SYSTEM)
        tried.append(claimed.attempt)
        begun = desk.clock.now()
        if TELL_AFTER <= claimed.attempt <= len(PAUSES):
            days.add(begun.astimezone(desk.organization.zone).date())
        state = await desk.stored_files.mark_failed(file_id, "timed out", actor=SYSTEM)
        assert not await desk.stored_files.has_due(actor=SYSTEM)
        assert await desk.stored_files.claim_pending(actor=SYSTEM) == ()
        desk.clock.set(begun + pause)

    assert tried == list(range(1, len(PAUSES) + 2))
    assert list(PAUSES) == sorted(PAUSES)
    assert state is FileState.FAILED
    waiting = await desk.told(desk.ayesha, "files_waiting")
    assert len(waiting) == len(days)
    assert waiting[0].payload == {"error": "timed out"}
    (told,) = await desk.told(desk.ayesha, "file_failed")
    assert told.payload == {
        "file_id": str(file_id),
        "name": card.files[0].original_name,
        "order_id": str(card.order.id),
        "is_of_reason": False,
        "error": "timed out",
    }
    assert (await row(desk, file_id)).last_error == "timed out"
    # And if it comes after all, it is stored.
    assert (await store(desk, card, "bytes")).state is FileState.STORED


async def test_a_file_that_cannot_be_had_is_given_up_at_once(desk: Desk) -> None:
    card = await submitted(desk)
    file_id = card.files[0].id

    for _ in range(2):
        state = await desk.stored_files.mark_failed(file_id, "gone", final=True, actor=SYSTEM)
        assert state is FileState.FAILED
    assert len(await desk.told(desk.ayesha, "file_failed")) == 1
    assert await desk.stored_files.claim_pending(actor=SYSTEM) == ()


async def test_a_late_failure_does_not_undo_a_success(desk: Desk) -> None:
    card = await submitted(desk)
    await store(desk, card, "bytes")

    state = await desk.stored_files.mark_failed(card.files[0].id, "timed out", final=True, actor=SYSTEM)

    assert state is FileState.STORED
    assert await desk.told(desk.ayesha, "file_failed") == []


async def test_the_card_names_the_first_order_with_the_same_bytes(desk: Desk) -> None:
    first, other, third = await submitted(desk), await submitted(desk), await submitted(desk, desk.zara)
    await store(desk, other, "else")
    third_stored = await store(desk, third, "same")
    # The first order's bytes are copied last, and are the first ones still: it came first.
    await store(desk, first, "same")

    async def card(card: OrderCard, by: Any) -> OrderCard:
        return await desk.queries.order_card(card.order.id, actor=by)

    (duplicate,) = (await card(third, desk.ayesha)).duplicates
    assert third_stored.duplicate is None
    assert (duplicate.file_id, duplicate.earlier_number, duplicate.earlier_worker) == (third.files[0].id, 1, "Bilal")
    assert (duplicate.earlier_order_id, duplicate.earlier_title) == (first.order.id, DRAFT.title)
    assert (await card(first, desk.ayesha)).duplicates == ()
    assert (await card(other, desk.ayesha)).duplicates == ()
    assert (await card(third, desk.zara)).duplicates == ()
    assert (await store(desk, third, "same")).duplicate == duplicate


async def test_an_orders_own_earlier_version_is_no_duplicate(desk: Desk) -> None:
    card = await submitted(desk)
    await store(desk, card, "same")
    await desk.orders.reject(card.order.id, 1, "no", actor=desk.ayesha)
    again = await desk.orders.resubmit(card.order.id, 1, DRAFT.with_file(draft_file("b")), actor=desk.bilal)

    stored = await store(desk, again, "same")

    assert stored.duplicate is None


async def test_what_an_admin_gave_to_all_assignees_is_no_duplicate(desk: Desk) -> None:
    draft = DRAFT.with_file(draft_file("brief.pdf"))
    both = [desk.bilal.user_id, desk.zara.user_id]
    for order in await desk.orders.assign(draft, both, actor=desk.ayesha):
        card = await desk.queries.order_card(order.id, actor=desk.ayesha)
        assert (await store(desk, card, "brief")).duplicate is None


async def test_a_file_is_for_its_worker_and_for_admins(desk: Desk) -> None:
    card = await submitted(desk)
    file_id = card.files[0].id

    for actor in (desk.bilal, desk.ayesha):
        seen = await desk.stored_files.file(file_id, actor=actor)
        assert seen.storage_key == card.files[0].storage_key
    for unseen in (file_id, uuid4()):
        with pytest.raises(NotFound):
            await desk.stored_files.file(unseen, actor=desk.zara)


async def test_a_worker_sees_the_material_of_an_assignment(desk: Desk) -> None:
    draft = DRAFT.with_file(draft_file("brief.pdf"))
    (order,) = await desk.orders.assign(draft, [desk.bilal.user_id], actor=desk.ayesha)
    card = await desk.queries.order_card(order.id, actor=desk.bilal)

    seen = await desk.stored_files.file(card.files[0].id, actor=desk.bilal)

    assert seen.original_name == "brief.pdf"


async def test_copying_is_not_the_workers_business(desk: Desk) -> None:
    for refused in (
        desk.stored_files.claim_pending(actor=desk.bilal),
        desk.stored_files.mark_failed(uuid4(), "", actor=desk.bilal),
        desk.stored_files.mark_stored(uuid4(), sha256="", size=0, key="", actor=desk.bilal),
    ):
        with pytest.raises(NotAllowed):
            await refused
    for missing in (
        desk.stored_files.mark_failed(uuid4(), "", actor=SYSTEM),
        desk.stored_files.mark_stored(uuid4(), sha256="", size=0, key="", actor=SYSTEM),
    ):
        with pytest.raises(NotFound):
            await missing


async def test_after_days_of_downtime_the_tries_are_not_used_up_at_once(desk: Desk) -> None:
    await submitted(desk)
    desk.clock.advance(days=3)

    assert [file.attempt for file in await desk.stored_files.claim_pending(actor=SYSTEM)] == [1]
    assert await desk.stored_files.claim_pending(actor=SYSTEM) == ()


async def test_a_last_try_that_was_cut_off_is_given_up_and_told(desk: Desk) -> None:
    card = await submitted(desk)
    file_id = card.files[0].id
    for pause in (*PAUSES, PAUSES[-1]):
        assert len(await desk.stored_files.claim_pending(actor=SYSTEM)) == 1
        desk.clock.move(pause)

    assert await desk.stored_files.claim_pending(actor=SYSTEM) == ()
    assert (await row(desk, file_id)).state is FileState.FAILED
    assert len(await desk.told(desk.ayesha, "file_failed")) == 1


async def test_a_try_that_was_cut_off_is_made_again_at_the_next_start(desk: Desk) -> None:
    cut_off, failed = await submitted(desk), await submitted(desk)
    await desk.stored_files.claim_pending(actor=SYSTEM)
    await desk.stored_files.mark_failed(failed.files[0].id, "timed out", actor=SYSTEM)

    await desk.stored_files.resume(actor=SYSTEM)

    again = await desk.stored_files.claim_pending(actor=SYSTEM)
    assert [(file.id, file.attempt) for file in again] == [(cut_off.files[0].id, 2)]


async def test_what_waits_is_due_when_the_storage_works_again(desk: Desk) -> None:
    await submitted(desk)
    await desk.stored_files.claim_pending(actor=SYSTEM)
    assert not await desk.stored_files.has_due(actor=SYSTEM)

    await desk.stored_files.hurry(actor=SYSTEM)

    assert [file.attempt for file in await desk.stored_files.claim_pending(actor=SYSTEM)] == [2]


async def test_two_copiers_do_not_claim_the_same_try(desk: Desk) -> None:
    await submitted(desk)
    async with desk.unit() as unit:
        mine = await FileService(unit).claim_pending(limit=1, actor=SYSTEM)
    theirs = await desk.stored_files.claim_pending(limit=1, actor=SYSTEM)

    assert [file.attempt for file in (*mine, *theirs)] == [1]
