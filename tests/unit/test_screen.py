"""Screens as values: what is stored with an update is what is sent."""

from __future__ import annotations

import json

import pytest

from bot.screens.screen import Answer, Button, MediaItem, Origin, Screen

EVERYTHING = Screen(
    "text",
    ((Button("Open", data="x:1"), Button("Site", url="https://example.com")),),
    (MediaItem("photo", file_id="f"), MediaItem("document", storage_key="k", file_name="n")),
    toast="toast",
    is_alert=True,
    as_new=True,
    delete=(1, 2),
    retire=(3,),
    keep=True,
    menu="worker",
    card=("work_orders", "id", 3),
    edit_message_id=4,
)


@pytest.mark.parametrize("screen", [EVERYTHING, Screen(), Screen("text", retire=(1,))])
def test_an_answer_is_read_back_as_it_was_stored(screen: Screen) -> None:
    answer = Answer(Origin(1, "tap", 5, has_media=True, is_kept=True), (screen,), 7)
    assert Answer.from_json(json.loads(json.dumps(answer.to_json()))) == answer


def test_an_answer_that_an_older_version_stored_is_read() -> None:
    stored = {"origin": {"chat_id": 1, "callback_query_id": "", "message_id": 5, "has_media": False}, "screens": []}
    assert Answer.from_json(stored) == Answer(Origin(1, message_id=5))


@pytest.mark.parametrize(
    ("screen", "origin", "is_edit"),
    [
        (Screen("text"), Origin(1, "tap", 5), True),
        (Screen("text"), Origin(1, "tap", 5, is_kept=True), False),
        (Screen("text"), Origin(1, "tap", 5, has_media=True), False),
        (Screen("text", as_new=True), Origin(1, "tap", 5), False),
        (Screen("text"), Origin(1), False),
    ],
)
def test_which_screen_takes_the_place_of_the_tapped_message(screen: Screen, origin: Origin, is_edit: bool) -> None:
    assert Answer(origin, (screen,)).edit is (screen if is_edit else None)


def test_an_edit_of_another_message_does_not_take_the_place_of_the_tapped_one() -> None:
    """An older question that turns back into its card comes along with the new question."""
    older, question = Screen("card", edit_message_id=4), Screen("why?")
    assert Answer(Origin(1, "tap", 5), (older, question)).edit is question
    assert Answer(Origin(1, "tap", 5), (older,)).edit is None
