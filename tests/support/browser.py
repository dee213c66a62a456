"""The Chromium that the page's tests look through: where one is found, and how `make test` gets one where none is."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, Error, async_playwright

NAMES: Final = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
PACKAGES: Final = ("chromium", "fonts-liberation", "fonts-noto-color-emoji")
ARGUMENTS: Final = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu")
DOWNLOAD_SECONDS: Final = 600
"""For some 170 MB. A network that is not there is found out sooner."""
CONNECT_SECONDS: Final = 10
HELP: Final = (
    "The page's tests need a Chromium. `make test` gets one where it can; or install it (`apt-get install chromium`), "
    "or name one in the environment variable CHROMIUM."
)


class NoChromiumError(RuntimeError):
    """There is no browser to test the page in."""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A headless Chromium, as this machine has it.

    Raises:
        NoChromiumError: there is none, or it does not start.
    """
    path = named() or installed() or downloaded(await _playwrights_path())
    if path is None:
        raise NoChromiumError(HELP)
    try:
        async with _launched(path) as browser:
            yield browser
    except NoChromiumError as error:
        raise NoChromiumError(f"{HELP} ({error})") from error


@asynccontextmanager
async def _launched(path: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        try:
            browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        except Error as error:
            raise NoChromiumError(f"{path} does not start: {error.message.splitlines()[0]}") from error
        try:
            yield browser
        finally:
            await browser.close()


def named() -> str | None:
    return os.environ.get("CHROMIUM") or None


def installed() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


def downloaded(path: str) -> str | None:
    """Playwright's own, if it was downloaded before."""
    return path if Path(path).exists() else None


# What `make test` does

Say = Callable[[str], None]


def get_chromium(say: Say) -> str:
    """The path of a Chromium that was seen to start; on a machine without one, one is downloaded or installed.

    Args:
        say: Gets a line about what is found, what is tried, and what fails.

    Raises:
        NoChromiumError: none works; the text says what was tried.
    """
    tried = []
    for way in (_named, _installed, _playwrights_own, _distributions):
        try:
            if (found := way(say)) is None:
                continue
            path, origin = found
            asyncio.run(_try_out(path))
        except NoChromiumError as error:
            say(f"{error}.")
            tried.append(str(error))
        else:
            say(f"The page's tests run in {path} ({origin}).")
            return path
    raise NoChromiumError("; ".join(tried))


def _named(_: Say) -> tuple[str, str] | None:
    return (path, "named by CHROMIUM") if (path := named()) else None


def _installed(_: Say) -> tuple[str, str] | None:
    return (path, "installed") if (path := installed()) else None


def _playwrights_own(say: Say) -> tuple[str, str]:
    path = asyncio.run(_playwrights_path())
    if downloaded(path) is None:
        say("No Chromium is installed; downloading Playwright's own …")
        _download()
    return path, "Playwright's own"


def _download() -> None:
    # Without the smaller one for headless use: Playwright takes that by itself only, and here a path is needed.
    _run("Playwright's download", sys.executable, "-m", "playwright", "install", "--no-shell", "chromium")


def _distributions(say: Say) -> tuple[str, str]:
    apt = shutil.which("apt-get")
    if apt is None:
        raise NoChromiumError("there is no apt-get")
    if os.geteuid() != 0:
        raise NoChromiumError("apt-get needs root")
    say(f"Installing the distribution's: apt-get install {' '.join(PACKAGES)} …")
    patience = (f"-oAcquire::http::Timeout={CONNECT_SECONDS}", "-oAcquire::Retries=1", "-oDPkg::Lock::Timeout=60")
    # The lists may be old and still name what is there.
    subprocess.run([apt, *patience, "update"], check=False, capture_output=True, timeout=DOWNLOAD_SECONDS)  # noqa: S603
    _run("apt-get", apt, *patience, "install", "--yes", "--no-install-recommends", *PACKAGES)
    path = installed()
    if path is None:
        raise NoChromiumError("apt-get's package has no Chromium")
    return path, "the distribution's, installed just now"


def _run(what: str, *command: str) -> None:
    """Runs what fetches a browser.

    Raises:
        NoChromiumError: it failed, or took too long.
    """
    environment = {
        **os.environ,
        "DEBIAN_FRONTEND": "noninteractive",
        "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": f"{CONNECT_SECONDS}000",
    }
    try:
        subprocess.run(  # noqa: S603
            command, check=True, capture_output=True, text=True, env=environment, timeout=DOWNLOAD_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise NoChromiumError(f"{what} took more than {DOWNLOAD_SECONDS} s") from None
    except subprocess.CalledProcessError as error:
        raise NoChromiumError(f"{what} failed ({_reason(error.stderr or error.stdout)})") from None


def _reason(output: str) -> str:
    """The first line that names an error, else the last one."""
    lines = [line.strip() for line in output.splitlines() if line.strip()] or ["it says nothing"]
    return next((line for line in lines if line.startswith(("Error", "E:"))), lines[-1])


async def _playwrights_path() -> str:
    async with async_playwright() as playwright:
        return playwright.chromium.executable_path


async def _try_out(path: str) -> None:
    """Starts and ends it: a path alone says nothing of the libraries that it needs."""
    async with _launched(path):
        pass
