"""`make quick` runs the flows of the family that is worked on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.quick import flows_of, main, most_changed


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    folder = tmp_path / "tests" / "flows"
    folder.mkdir(parents=True)
    for name in ("test_home.py", "test_orders.py", "test_orders_files.py", "test_pay.py", "talking.py"):
        (folder / name).touch()
    return tmp_path


def test_a_familys_flows_are_found_by_their_name(clone: Path) -> None:
    assert flows_of("orders", clone) == ["tests/flows/test_orders.py", "tests/flows/test_orders_files.py"]


@pytest.mark.parametrize(
    ("changed", "family"),
    [
        (["handlers/pay/screens.py", "handlers/orders/list.py", "handlers/orders/card.py"], "orders"),
        (["handlers/new/a.py", "handlers/new/b.py", "handlers/pay/screens.py"], "pay"),
        (["handlers/registration.py", "domain/orders/queries.py", "README.md"], None),
        ([], None),
    ],
)
def test_the_one_with_most_changed_files_that_has_flows(clone: Path, changed: list[str], family: str | None) -> None:
    assert most_changed(changed, clone) == family


def test_the_named_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["home"]) == 0
    assert capsys.readouterr().out == "tests/unit tests/domain tests/flows/test_home.py\n"


def test_one_without_flows_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nothing"]) == 2
    assert "tests/flows/test_nothing*.py" in capsys.readouterr().err
