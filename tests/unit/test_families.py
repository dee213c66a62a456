"""What holds for all families of screens: how they are laid out, what they may import, how their texts are written."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from bot.screens.form_payloads import BringBack, ContinueDraft, DeleteDraft, FormTap
from bot.screens.homes import MAX_COMMANDS
from bot.screens.payloads import Payload, known
from domain.accounts.model import Role
from handlers.registration import FAMILIES
from tests.support.keeping import ROOT

FILES: Final = {"__init__.py", "routes.py", "form.py", "payloads.py", "views.py", "errors.py", "notices.py"}
FOLDERS: Final = sorted(path.parent for path in ROOT.glob("handlers/*/__init__.py"))
HANDLERS: Final = sorted(ROOT.glob("handlers/**/*.py"))
WITH_TEXTS: Final = [*HANDLERS, *sorted(ROOT.glob("bot/**/*.py"))]
OF_OTHERS: Final = {"payloads", "views"}
"""What a family may import of another one: the buttons that lead there, and texts. Never its routes or forms."""
LETTERS: Final = re.compile(r"[A-Za-z]{2}")
TAG: Final = re.compile(r"</?[a-z]+>|&[a-z]+;")
ADDRESS: Final = re.compile(r"^https?://|\.pdf$")
ASKS: Final = re.compile(r"(What|Where|How|Who|Whom|Whose|When|Which|Whether|Why)\b")

in_each_folder = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


def places(files: list[Path], is_wrong: Callable[[ast.AST], bool]) -> list[str]:
    """Where that occurs, such as "handlers/pay/views.py:41"."""
    return [
        f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
        for file in files
        for node in ast.walk(parsed(file))
        if is_wrong(node)
    ]


# Folders


@in_each_folder
def test_a_family_has_the_standard_files_alone(folder: Path) -> None:
    others = {path.name for path in folder.iterdir() if path.name != "__pycache__"} - FILES
    assert not others, f"handlers/{folder.name} has {sorted(others)}: see handlers/README.md"


@in_each_folder
def test_a_family_is_registered(folder: Path) -> None:
    assert folder.name in {family.name for family in FAMILIES}


def test_a_family_is_called_like_its_folder() -> None:
    assert len({family.name for family in FAMILIES}) == len(FAMILIES)
    assert {family.name for family in FAMILIES} == {folder.name for folder in FOLDERS}


@in_each_folder
def test_a_family_imports_buttons_and_texts_of_others_and_nothing_else(folder: Path) -> None:
    for file in folder.glob("*.py"):
        for module in _imported(file):
            parts = module.split(".")
            if parts[0] == "handlers" and len(parts) > 1 and parts[1] != folder.name:
                assert len(parts) > 2, f"{file.relative_to(ROOT)} imports the whole of {module}"
                assert parts[2] in OF_OTHERS, f"{file.relative_to(ROOT)} imports {module}"


def _imported(file: Path) -> Iterator[str]:
    """Modules: "from handlers.pay import views" is handlers.pay.views."""
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            is_folder = ROOT.joinpath(*node.module.split(".")).is_dir()
            yield from (f"{node.module}.{alias.name}" for alias in node.names) if is_folder else (node.module,)


# Routes


def test_every_payload_has_one_route() -> None:
    of_kit = {FormTap, ContinueDraft, DeleteDraft, BringBack}
    routes = Counter(button.payload for family in FAMILIES for button in family.routes.buttons)
    mine = {kind for kind in known() if kind.__module__.split(".")[0] in {"bot", "handlers"}}
    assert {kind.__name__ for kind in mine - routes.keys() - of_kit} == set(), "no route"
    assert {kind.__name__ for kind, number in routes.items() if number > 1} == set(), "two routes"
    assert not routes.keys() & of_kit, "the kit's own"


def test_a_truth_is_of_a_button_that_has_a_route() -> None:
    for family in FAMILIES:
        routed: set[type[Payload]] = {button.payload for button in family.routes.buttons}
        assert family.routes.truths.keys() <= routed, family.name


@pytest.mark.parametrize("role", list(Role))
def test_telegrams_command_menu_is_short(role: Role) -> None:
    """Those beyond the seventh would be left out without a word."""
    commands = [
        each.name for family in FAMILIES for each in family.routes.commands if each.in_menu and role in each.roles
    ]
    assert len(commands) <= MAX_COMMANDS, commands


# The database is the services'


def test_no_handler_talks_to_the_database() -> None:
    offenders = [
        str(file.relative_to(ROOT))
        for file in HANDLERS
        if any(module.split(".")[0] == "sqlalchemy" or module == "domain.persistence.db" for module in _imported(file))
    ]
    assert not offenders
    sessions = places(HANDLERS, lambda node: isinstance(node, ast.Attribute) and node.attr == "session")
    assert not sessions, "a handler asks the services"


# Texts


def _is_call_of_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "count"}


def _is_computed(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not _is_call_of_text(node):
        return False
    needed = 1 if node.func.id == "_" else 2
    texts = node.args[:needed]
    return len(texts) < needed or not all(isinstance(e, ast.Constant) and isinstance(e.value, str) for e in texts)


def test_texts_are_literals() -> None:
    """Extraction reads the source: a text that is put together at run time is in no translator's file."""
    assert places(WITH_TEXTS, _is_computed) == []


def _has_letters(node: ast.AST) -> bool:
    """Whether a piece of a text stands in the source by itself, beside tags, addresses and names of files."""
    if not isinstance(node, ast.JoinedStr):
        return False
    pieces = [piece.value for piece in node.values if isinstance(piece, ast.Constant) and isinstance(piece.value, str)]
    return any(LETTERS.search(TAG.sub("", piece)) and not ADDRESS.search(piece) for piece in pieces)


def _is_added_text(node: ast.AST) -> bool:
    """ "_('Order') + ' sent'": pieces of a sentence, which no other language has in that order."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Add):
        return False
    sides = (node.left, node.right)
    plain = [side.value for side in sides if isinstance(side, ast.Constant) and isinstance(side.value, str)]
    return any(LETTERS.search(TAG.sub("", text)) for text in plain) or all(_is_call_of_text(side) for side in sides)


def test_sentences_are_whole() -> None:
    """With named placeholders, and never put together from pieces: other languages have another order."""
    files = [file for file in HANDLERS if file.name in {"views.py", "notices.py", "errors.py"}]
    assert places([*files, ROOT / "bot/screens/form_texts.py"], _has_letters) == []
    assert places(files, _is_added_text) == []


@pytest.mark.parametrize("file", WITH_TEXTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_says_what_it_is(file: Path) -> None:
    """The thing first: a name, and no half of a question."""
    said = ast.get_docstring(parsed(file)) or ""
    assert said, "no docstring"
    assert not ASKS.match(said), said.splitlines()[0]
