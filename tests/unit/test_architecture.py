"""What no single file shows: that nothing is left without words, without a view, or without a permission."""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields
from inspect import get_annotations
from pathlib import Path
from typing import Any, Final

import pytest

from bot.screens.errors import ErrorTexts
from bot.screens.screen import MAX_TOAST
from domain.errors import Conflict, DomainError, InvalidInput
from domain.notifications.kinds import NotificationKind
from domain.unit_of_work import UnitOfWork
from handlers.delivery.views import noun
from handlers.home.errors import ERRORS as GENERAL
from tests.support.refusals import CONTEXT, ERRORS, TEXTS, examples, seam

ROOT: Final = Path(__file__).resolve().parents[2]

# Errors


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_has_words(kind: type[DomainError]) -> None:
    assert TEXTS.covers(kind), f"no family of screens has a sentence for {kind.__module__}.{kind.__name__}"
    for error in examples(kind):
        text = TEXTS.text_of(error, CONTEXT)
        assert text.endswith((".", "/password")) or "\nReason: " in text, text
        assert "{" not in text, text
        assert "None" not in text, text
        assert len(text) <= MAX_TOAST, text


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_every_field_of_an_error_is_one_of_its_dataclass(kind: type[DomainError]) -> None:
    """Without the decorator, an annotation would be a field that nobody can give a value."""
    assert set(get_annotations(kind)) <= {field.name for field in fields(kind)}
    assert kind.__doc__
    assert not kind.__doc__.startswith(f"{kind.__name__}("), "the dataclass's own docstring says nothing"


def test_a_class_needs_words_of_its_own_or_a_family_that_speaks_for_it() -> None:
    class Strange(Conflict):
        pass

    class Stranger(Strange):
        pass

    texts = ErrorTexts(GENERAL)
    assert not texts.covers(Strange)
    assert texts.text_of(Strange(), CONTEXT) == TEXTS.text_of(Conflict(), CONTEXT)
    texts.add(Strange, lambda _error, _context: "Strange.")
    assert texts.covers(Strange)
    assert not texts.covers(Stranger)
    assert texts.text_of(Stranger(), CONTEXT) == "Strange."

    of_family = ErrorTexts()
    of_family.add(Strange, lambda _error, _context: "Strange.", family=True)
    assert of_family.covers(Stranger)


def test_a_class_has_one_sentence() -> None:
    with pytest.raises(ValueError, match="InvalidInput has a sentence already"):
        ErrorTexts(GENERAL).add(InvalidInput, lambda _error, _context: "Another.")
    assert ErrorTexts(GENERAL, GENERAL).covers(InvalidInput)
    with pytest.raises(LookupError, match="Conflict"):
        ErrorTexts().text_of(Conflict(), CONTEXT)


# Notifications


def test_every_kind_of_notification_has_a_view() -> None:
    assert seam().notices.keys() == {kind.value for kind in NotificationKind}


def test_every_kind_of_notification_has_a_noun_of_its_own() -> None:
    nouns = {kind: noun(kind) for kind in NotificationKind}
    assert all(nouns.values())
    assert len(set(nouns.values())) == len(nouns)


def test_a_row_may_be_of_another_version() -> None:
    assert NotificationKind.of("trouble") is NotificationKind.BUG_REPORT
    assert NotificationKind.of("a kind of next year") is None


# Permissions


def _domain_names_used_outside() -> Iterator[object]:
    """What the bot, the screens and the command line import from the domain."""
    for file in (ROOT / "main.py", *ROOT.glob("bot/**/*.py"), *ROOT.glob("handlers/**/*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module is not None and node.module.split(".")[0] == "domain":
                module = importlib.import_module(node.module)
                yield from (getattr(module, alias.name) for alias in node.names)


def _classes_of_the_domain() -> Iterator[type]:
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] == "domain":
            yield from (each for each in vars(module).values() if isinstance(each, type) and each.__module__ == name)


def _is_service(kind: type) -> bool:
    return kind.__name__.endswith(("Service", "Queries")) or any(map(_is_marked, vars(kind).values()))


def _is_marked(method: object) -> bool:
    return hasattr(method, "permission") or hasattr(method, "open_because")


def _works_in_a_unit(kind: Any) -> bool:
    """Whether it is given a unit of work."""
    return any(each in {"UnitOfWork", UnitOfWork} for each in get_annotations(kind.__init__).values())


SERVICES: Final = sorted(
    {each for each in _classes_of_the_domain() if _is_service(each)}
    | {each for each in _domain_names_used_outside() if isinstance(each, type) and _works_in_a_unit(each)},
    key=lambda kind: kind.__name__,
)
"""By their name, by a method that says who may call it, or because the bot gives them its unit of work."""


def _use_cases(service: type) -> dict[str, Callable[..., object]]:
    """Its public coroutine methods."""
    found = inspect.getmembers(
        service, lambda each: inspect.iscoroutinefunction(each) or inspect.isasyncgenfunction(each)
    )
    return {name: method for name, method in found if not name.startswith("_")}


def test_the_services_are_found() -> None:
    names = {service.__name__ for service in SERVICES}
    assert {"AccountService", "Beginnings", "Closing", "LoginService", "MonthEnd", "OrderQueries", "Voiding"} <= names
    assert not names & {"UnitOfWork", "Steps", "Invites"}


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.__name__)
def test_every_use_case_has_a_permission_or_says_why_it_needs_none(service: type) -> None:
    methods = _use_cases(service)
    assert methods
    for name, method in methods.items():
        permission, why = getattr(method, "permission", None), getattr(method, "open_because", None)
        assert (permission is None) != (why is None), f"{service.__name__}.{name} has no @use_case(Permission…)"
        takes_actor = "actor" in inspect.signature(method).parameters
        assert takes_actor == (permission is not None), f"{service.__name__}.{name}: who acts?"
