"""What holds for all tests: what they may use of the machine, and how hypothesis looks for examples."""

from __future__ import annotations

import gc
import os
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

from tests.support.browser import NoChromiumError, get_chromium
from tests.support.engines import ENGINES

PAGE_TESTS: Final = "tests/playground/page/"
WITHOUT_PAGE: Final = "WITHOUT_PAGE"
"""The environment variable that tells the workers to leave the page's tests out, and why."""
GARBAGE_EVERY: Final = 20_000
"""New objects between two looks for unreachable ones."""

# No example is too slow: what a busy machine does is not what is tested.
_patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The same examples at every run, so that a failure is the change's and not the day's. `make explore` looks further.
settings.register_profile("repeatable", _patient, derandomize=True, database=None)
settings.register_profile("explore", _patient, max_examples=2000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

# What is loaded before the first test stays for ever. Looking through it for garbage took a third of the time until
# then, and a sixth of that of the tests.
gc.disable()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("the bot's back office")
    group.addoption("--databases", choices=("both", *ENGINES), default="both", help="on which the tests run")
    group.addoption(
        "--get-chromium",
        action="store_true",
        help="download or install a Chromium where there is none; where that fails, leave the page's tests out",
    )


@pytest.hookimpl(trylast=True)  # the terminal's own comes first
def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("get_chromium") and not _is_worker(config):
        try:
            os.environ["CHROMIUM"] = get_chromium(config.get_terminal_writer().line)
        except NoChromiumError as error:
            os.environ[WITHOUT_PAGE] = str(error)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = [item for item in items if _is_wanted(config, item)]
    if len(wanted) < len(items):
        config.hook.pytest_deselected(items=[item for item in items if item not in set(wanted)])
        items[:] = wanted


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_EVERY)
    gc.enable()


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _left_out(session.config) and _is_ci() and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure(config: pytest.Config) -> None:
    if reason := _left_out(config):
        consequence = ", which is a failure in CI" if _is_ci() else ""
        config.get_terminal_writer().line(
            f"LEFT OUT{consequence}: the page's tests ({PAGE_TESTS}), as no Chromium works here: {reason}", red=True
        )


def _is_wanted(config: pytest.Config, item: pytest.Item) -> bool:
    if WITHOUT_PAGE in os.environ and item.nodeid.startswith(PAGE_TESTS):
        return False
    databases = config.getoption("databases")
    if databases == "both" or not isinstance(item, pytest.Function) or not hasattr(item, "callspec"):
        return True
    return bool(item.callspec.params.get("engine_name", databases) == databases)


def _left_out(config: pytest.Config) -> str | None:
    """Why the page's tests were, in the process that says so."""
    return None if _is_worker(config) else os.environ.get(WITHOUT_PAGE)


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def _is_ci() -> bool:
    return os.environ.get("CI", "").lower() not in {"", "0", "false", "no"}
