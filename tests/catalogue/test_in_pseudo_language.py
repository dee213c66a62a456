"""The whole tour with every translated text in brackets, and with people whose names and words are in Urdu."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from bot.languages import PSEUDO_LANGUAGE
from bot.screens.i18n import speaking
from tests.catalogue.marks import not_isolated, parted_amounts, plain, unmarked
from tests.catalogue.touring import Catalogue, tour_all
from tests.catalogue.words import URDU
from tests.support.refusals import AGENCY, CONTEXT, ERRORS, TEXTS, examples, seam

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return tour_all(PSEUDO_LANGUAGE, URDU)


def _texts(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Everything that a person reads, and where."""
    for shown in catalogue.shown:
        where = f"{shown.view} for {shown.reader}"
        yield where, plain(shown.screen.text)
        yield f"{where}, toast", shown.screen.toast
        yield from ((f"{where}, button", button.text) for row in shown.screen.rows for button in row)
    with speaking(PSEUDO_LANGUAGE):
        for kind in ERRORS:
            yield from ((kind.__name__, TEXTS.text_of(error, CONTEXT)) for error in examples(kind))
        interface = seam()
        yield "description", interface.description(AGENCY)
        for name, commands in interface.menus().items():
            yield from ((f"/{each.command} for {name}", each.description) for each in commands)


def _offenders(catalogue: Catalogue, find: Callable[[str], list[str]]) -> str:
    """One a place and kind, so that the list can be read."""
    found = {(where, " ".join(problem)): text for where, text in _texts(catalogue) if (problem := find(text))}
    return "\n".join(f"{where}: {problem!r} in {text!r}" for (where, problem), text in found.items())


def test_no_button_leads_nowhere(catalogue: Catalogue) -> None:
    assert not catalogue.problems, "\n".join(catalogue.problems)


def test_every_text_is_marked_for_translation(catalogue: Catalogue) -> None:
    assert not (found := _offenders(catalogue, unmarked)), found


def test_names_of_any_script_do_not_turn_sentences_round(catalogue: Catalogue) -> None:
    assert not (found := _offenders(catalogue, not_isolated)), found


def test_a_currency_and_its_number_do_not_part(catalogue: Catalogue) -> None:
    assert not (found := _offenders(catalogue, parted_amounts)), found
