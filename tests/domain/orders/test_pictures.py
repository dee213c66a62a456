"""Pictures that an admin sends with the reason of a decision: kept and shown, but never taken for the work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from domain.access import SYSTEM
from domain.errors import NotFound
from domain.errors.orders import AlreadyDecided, TooManyFiles
from domain.files.model import FileUpload
from domain.files.naming import FileKind
from domain.orders.cards import DECISION, ENTITY, TAKEN_BACK, OrderCard
from domain.orders.drafts import MAX_PICTURES
from domain.orders.model import OrderStatus
from tests.domain.orders.desk import DRAFT, Desk, draft_file

PICTURE = draft_file("", "broken", FileKind.PHOTO)


async def rows(desk: Desk) -> list[FileUpload]:
    async with desk.sessions() as session:
        return list(await session.scalars(select(FileUpload).order_by(FileUpload.created_at, FileUpload.position)))


def sent_back(desk: Desk, move: str) -> Callable[..., Any]:
    return desk.orders.reject if move == "reject" else desk.orders.needs_changes


@pytest.mark.parametrize("move", ["reject", "needs_changes"])
async def test_pictures_go_with_the_reason(desk: Desk, move: str) -> None:
    order_id = (await desk.submitted(draft=DRAFT.with_file(draft_file()))).order.id

    card: OrderCard = await sent_back(desk, move)(
        order_id, 1, "this link is broken", pictures=[PICTURE, draft_file("log.pdf")], actor=desk.ayesha
    )

    assert [file.original_name for file in card.files] == ["report.pdf"], "they are no part of the work"
    assert [(file.kind, file.version) for file in card.pictures] == [(FileKind.PHOTO, 1), (FileKind.DOCUMENT, 1)]
    assert card.standing_pictures == card.pictures == card.pictures_of(1)
    work, *kept = await rows(desk)
    assert (work.related_entity_type, work.related_entity_id) == (ENTITY, order_id)
    for row in kept:
        assert (row.related_entity_type, row.related_entity_id, row.entity_version) == (DECISION, order_id, 1)
        assert row.uploaded_by == desk.ayesha.user_id
    logged = (await desk.log(order_id))[-1]
    assert logged.new_values is not None
    assert logged.new_values["pictures"] == 2


async def test_they_are_copied_like_other_files_and_are_no_duplicates(desk: Desk) -> None:
    first, second = await desk.submitted(), await desk.submitted(draft=DRAFT.with_file(draft_file()))
    card = await desk.orders.reject(first.order.id, 1, "see", pictures=[PICTURE], actor=desk.ayesha)
    pending = await desk.stored_files.claim_pending(actor=SYSTEM)
    assert [each.telegram_file_id for each in pending] == ["id of report.pdf", "id of broken"]

    for each in pending:
        stored = await desk.stored_files.mark_stored(
            each.id, sha256="a" * 64, size=10, key=each.storage_key, actor=SYSTEM
        )
        assert stored.duplicate is None

    for order_id in (first.order.id, second.order.id):
        assert (await desk.queries.order_card(order_id, actor=desk.ayesha)).duplicates == ()
    for actor in (desk.ayesha, desk.bilal):
        assert (await desk.stored_files.file(card.pictures[0].id, actor=actor)).storage_key
    with pytest.raises(NotFound):
        await desk.stored_files.file(card.pictures[0].id, actor=desk.zara)


async def test_a_picture_that_cannot_be_copied_is_told_as_such(desk: Desk) -> None:
    order_id = (await desk.submitted()).order.id
    card = await desk.orders.reject(order_id, 1, "see", pictures=[PICTURE], actor=desk.ayesha)

    await desk.stored_files.mark_failed(card.pictures[0].id, "gone", final=True, actor=SYSTEM)

    (told,) = await desk.told(desk.omar, "file_failed")
    assert (told.payload["order_id"], told.payload["is_of_reason"]) == (str(order_id), True)


async def test_an_undone_decision_takes_its_pictures_along(desk: Desk) -> None:
    order_id = (await desk.submitted()).order.id
    await desk.orders.reject(order_id, 1, "see", pictures=[PICTURE], actor=desk.ayesha)

    card = await desk.orders.undo(order_id, 1, actor=desk.omar)
    assert card.pictures == ()
    card = await desk.orders.reject(order_id, 1, "no", actor=desk.ayesha)

    assert card.pictures == card.standing_pictures == ()
    (row,) = await rows(desk)
    assert (row.related_entity_type, row.related_entity_id) == (TAKEN_BACK, order_id), "it is kept all the same"


async def test_pictures_of_each_decision_stay_with_it(desk: Desk) -> None:
    order_id = (await desk.submitted()).order.id
    await desk.orders.needs_changes(order_id, 1, "see", pictures=[PICTURE], actor=desk.ayesha)
    card = await desk.orders.resubmit(order_id, 2, DRAFT, actor=desk.bilal)
    assert card.standing_pictures == ()

    card = await desk.orders.reject(order_id, 2, "again", pictures=[PICTURE, PICTURE], actor=desk.ayesha)

    assert (len(card.pictures_of(1)), len(card.pictures_of(2))) == (1, 2)
    assert card.standing_pictures == card.pictures_of(2)


async def test_a_refused_decision_leaves_no_picture(desk: Desk) -> None:
    order_id = (await desk.submitted()).order.id
    with pytest.raises(TooManyFiles):
        await desk.orders.reject(order_id, 1, "see", pictures=[PICTURE] * (MAX_PICTURES + 1), actor=desk.ayesha)
    await desk.orders.approve(order_id, 1, actor=desk.omar)
    with pytest.raises(AlreadyDecided):
        await desk.orders.reject(order_id, 1, "see", pictures=[PICTURE], actor=desk.ayesha)

    assert await rows(desk) == []
    assert (await desk.row(order_id)).status is OrderStatus.APPROVED
