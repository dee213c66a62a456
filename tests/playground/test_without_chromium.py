"""A run on a machine without a browser: what is left out is said last, and in CI it is a failure."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import browser
from tests.support.keeping import ROOT


def run_tests(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    tests = ("tests/playground/page/test_injection.py", "tests/unit/test_settings.py")
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "pytest", "-n", "1", "-p", "no:cacheprovider", *options, *tests],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_last_line_says_that_the_pages_tests_are_left_out_and_why() -> None:
    ended = run_tests(CI="", WITHOUT_PAGE="none was found")
    *_, passed, last = ended.stdout.splitlines()
    assert ended.returncode == 0, ended.stdout
    assert " passed" in passed
    assert last == "LEFT OUT: the page's tests (tests/playground/page/), as no Chromium works here: none was found"
    assert "test_injection" not in ended.stdout


@pytest.mark.skipif(Path(browser.NAMES[-1]).exists(), reason="this machine's Chrome is found without the PATH")
def test_in_ci_that_is_a_failure(tmp_path: Path) -> None:
    nothing = {"PATH": str(tmp_path), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}
    ended = run_tests(
        "--get-chromium",
        CI="true",
        CHROMIUM="/nowhere/chromium",
        PLAYWRIGHT_DOWNLOAD_HOST="http://127.0.0.1:1",
        **nothing,
    )
    last = ended.stdout.splitlines()[-1]
    assert ended.returncode == 1, ended.stdout
    assert last.startswith("LEFT OUT, which is a failure in CI: the page's tests ")
    for each in ("/nowhere/chromium does not start", "Playwright's download failed", "there is no apt-get"):
        assert each in last
