"""Whose draft is in reach: a chat may be logged out, or become somebody else's."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID, uuid4

from bot.database.models import DraftStatus
from bot.screens.drafts import Draft, Drafts, Memory

NOW = datetime(2026, 11, 10, 7, tzinfo=UTC)
NADIA, BILAL = UUID(int=1), UUID(int=2)


def drafts_of(user_id: UUID | None, owner: UUID | None) -> tuple[Drafts, Draft]:
    """What a person finds in a chat where the open draft is `owner`'s."""
    draft = Draft(uuid4(), 1, owner, "invite", "name", {}, Memory(), DraftStatus.OPEN, None, NOW, NOW)
    drafts = Drafts(1, user_id, cast("Any", None), NOW, {})
    drafts.found(draft)
    return drafts, draft


def test_a_draft_that_is_withheld_still_decides_whether_what_is_typed_is_secret() -> None:
    drafts, draft = drafts_of(NADIA, NADIA)
    drafts.withhold()
    assert (drafts.open, drafts.asks) == (None, draft)
    assert draft.status is DraftStatus.OPEN


def test_it_is_there_again_once_its_owner_is_in() -> None:
    drafts, draft = drafts_of(NADIA, NADIA)
    drafts.withhold()
    drafts.hand_over(NADIA)
    assert (drafts.open, draft.status) == (draft, DraftStatus.OPEN)


def test_somebody_elses_is_set_aside_when_the_chat_changes_hands() -> None:
    for user_id, owner in ((NADIA, NADIA), (None, NADIA), (None, None)):
        drafts, draft = drafts_of(user_id, owner)
        drafts.hand_over(BILAL)
        assert (drafts.open, drafts.asks, draft.status) == (None, None, DraftStatus.ASIDE)
        assert (draft.user_id, drafts.user_id) == (owner, BILAL)


def test_a_withheld_draft_makes_room_for_another_form() -> None:
    drafts, draft = drafts_of(NADIA, NADIA)
    drafts.withhold()
    begun = drafts.start("log_in", "email", {})
    assert (draft.status, drafts.open) == (DraftStatus.ASIDE, begun)
