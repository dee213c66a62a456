"""Repeating what needs something that is away."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from telegram.error import BadRequest, NetworkError

from bot.retry import retrying

LOGGED_FROM = "bot.retry"


class Flaky:
    """Fails as told, then works."""

    def __init__(self, *errors: BaseException) -> None:
        self.errors = list(errors)
        self.calls = 0

    async def __call__(self) -> int:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return 42


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were made, without their time."""
    pauses: list[float] = []
    sleep = asyncio.sleep

    async def noted(seconds: float) -> None:
        pauses.append(seconds)
        await sleep(0)

    monkeypatch.setattr("bot.retry.asyncio.sleep", noted)
    return pauses


async def repeated(work: Callable[[], Awaitable[int]], **more: Any) -> int:
    options: dict[str, Any] = {"on": (OSError, NetworkError), "pauses": (1, 2, 5), **more}
    return await retrying(work, say="It is away", say_over="It is back", **options)


def logged(caplog: pytest.LogCaptureFixture) -> list[tuple[int, str]]:
    return [(record.levelno, record.getMessage()) for record in caplog.records if record.name == LOGGED_FROM]


async def test_what_works_is_done_once_and_says_nothing(slept: list[float], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    work = Flaky()
    assert await repeated(work) == 42
    assert (work.calls, slept, logged(caplog)) == (1, [], [])


async def test_the_last_pause_is_repeated_and_each_end_is_logged_once(
    slept: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    work = Flaky(ConnectionRefusedError("a private address"), NetworkError("Bad Gateway"), *[OSError()] * 4)
    assert await repeated(work) == 42
    assert (work.calls, slept) == (7, [1, 2, 5, 5, 5, 5])
    assert logged(caplog) == [
        (logging.WARNING, "It is away (ConnectionRefusedError); trying again until it works"),
        (logging.INFO, "It is back"),
    ]


async def test_telegrams_own_words_are_logged(slept: list[float], caplog: pytest.LogCaptureFixture) -> None:
    await repeated(Flaky(NetworkError("Bad Gateway")))
    assert slept == [1]
    assert logged(caplog)[0][1] == "It is away (Bad Gateway); trying again until it works"


@pytest.mark.parametrize("error", [ValueError("a bug"), asyncio.CancelledError(), KeyboardInterrupt()])
async def test_everything_else_is_raised_at_once(slept: list[float], error: BaseException) -> None:
    work = Flaky(error)
    with pytest.raises(type(error)):
        await repeated(work)
    assert (work.calls, slept) == (1, [])


async def test_what_waiting_does_not_mend_is_raised(slept: list[float]) -> None:
    work = Flaky(NetworkError("away"), BadRequest("it is a network error too, for the library"))
    with pytest.raises(BadRequest):
        await repeated(work, unless=lambda error: isinstance(error, BadRequest))
    assert (work.calls, slept) == (2, [1])


async def test_a_cancellation_ends_the_pause() -> None:
    waiting = asyncio.create_task(repeated(Flaky(OSError()), pauses=(3600,)))
    for _ in range(3):
        await asyncio.sleep(0)
    waiting.cancel()
    done, _ = await asyncio.wait([waiting], timeout=1)
    assert done
    assert waiting.cancelled()


async def test_a_limit_of_time_around_it_is_kept() -> None:
    """The limit's own error is an OSError, which would be waited out if it were raised within."""
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await repeated(Flaky(OSError()), pauses=(3600,))
