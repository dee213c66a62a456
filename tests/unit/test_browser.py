"""How `make test` gets a Chromium: what is there first, then what can be fetched."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support import browser
from tests.support.browser import NoChromiumError, get_chromium

OFFLINE = "Playwright's download failed (Error: getaddrinfo ENOTFOUND cdn.playwright.dev)"
APT_THAT_INSTALLS = """#!/bin/sh
case "$*" in
*update) exit 100 ;;
*"install --yes --no-install-recommends chromium "*) printf works > "$CHROMIUM_GOES_TO"; chmod +x "$CHROMIUM_GOES_TO" ;;
esac
"""
APT_THAT_FAILS = "#!/bin/sh\necho 'E: Unable to locate package chromium' >&2; exit 100"


@dataclass
class Machine:
    """One without a Chromium, a network and the rights of root, until a test says otherwise."""

    folder: Path
    patch: pytest.MonkeyPatch
    said: list[str] = field(default_factory=list)

    def program(self, name: str, content: str = "works") -> str:
        path = self.folder / name
        path.write_text(content)
        path.chmod(0o755)
        return str(path)

    def chromium(self) -> str:
        return get_chromium(self.said.append)


def works(path: Path) -> bool:
    return path.exists() and path.read_text() == "works"


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Machine:
    async def try_out(path: str) -> None:
        if not works(Path(path)):
            raise NoChromiumError(f"{path} does not start: broken")

    async def playwrights_path() -> str:
        return str(tmp_path / "playwrights-chrome")

    def download() -> None:
        raise NoChromiumError(OFFLINE)

    monkeypatch.setattr(browser, "_try_out", try_out)
    monkeypatch.setattr(browser, "_playwrights_path", playwrights_path)
    monkeypatch.setattr(browser, "_download", download)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(browser, "NAMES", ("chromium", "chromium-browser", "google-chrome"))
    # `sh` for the programs made here is named by its path; nothing of the machine's own is found.
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    return Machine(tmp_path, monkeypatch)


def test_the_named_one_comes_before_the_installed_one(machine: Machine) -> None:
    machine.program("chromium")
    named = machine.program("another")
    machine.patch.setenv("CHROMIUM", named)
    assert machine.chromium() == named
    assert machine.said == [f"The page's tests run in {named} (named by CHROMIUM)."]


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome"])
def test_an_installed_one_is_found_by_its_usual_names(machine: Machine, name: str) -> None:
    path = machine.program(name)
    assert machine.chromium() == path
    assert machine.said == [f"The page's tests run in {path} (installed)."]


def test_a_named_one_that_does_not_start_is_said_and_the_next_is_taken(machine: Machine) -> None:
    path = machine.program("chromium")
    machine.patch.setenv("CHROMIUM", "/nowhere/chromium")
    assert machine.chromium() == path
    assert machine.said[0] == "/nowhere/chromium does not start: broken."


def test_without_one_playwrights_own_is_downloaded_once(machine: Machine) -> None:
    fetched = []

    def download() -> None:
        fetched.append(machine.program("playwrights-chrome"))

    machine.patch.setattr(browser, "_download", download)
    path = str(machine.folder / "playwrights-chrome")
    assert [machine.chromium(), machine.chromium()] == [path, path]
    assert fetched == [path]
    assert machine.said[-1] == f"The page's tests run in {path} (Playwright's own)."


def test_without_a_download_root_gets_the_distributions(machine: Machine) -> None:
    machine.patch.setattr(os, "geteuid", lambda: 0)
    machine.program("apt-get", APT_THAT_INSTALLS)
    machine.program("chmod", f'#!/bin/sh\nexec {shutil.which("chmod", path=os.defpath)} "$@"')
    path = str(machine.folder / "chromium")
    machine.patch.setenv("CHROMIUM_GOES_TO", path)
    assert machine.chromium() == path
    assert machine.said[-1] == f"The page's tests run in {path} (the distribution's, installed just now)."


def test_where_none_works_it_says_what_was_tried(machine: Machine) -> None:
    machine.program("apt-get", APT_THAT_FAILS)
    path = machine.program("google-chrome", "broken")
    with pytest.raises(NoChromiumError) as raised:
        machine.chromium()
    assert str(raised.value).split("; ") == [f"{path} does not start: broken", OFFLINE, "apt-get needs root"]


def test_a_package_that_is_not_there_is_said_in_apts_own_words(machine: Machine) -> None:
    machine.patch.setattr(os, "geteuid", lambda: 0)
    machine.program("apt-get", APT_THAT_FAILS)
    with pytest.raises(NoChromiumError, match=r"apt-get failed \(E: Unable to locate package chromium\)"):
        machine.chromium()
