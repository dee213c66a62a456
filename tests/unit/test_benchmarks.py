"""What the figures are made with: an answer that is wrong is noticed, and a section replaces its own part alone."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from benchmarks import results
from benchmarks.load import BATCH, CHATS, FIRST_CHAT, BotApi, HttpConnection, Paced, Played, Said, Saturated
from benchmarks.profile import LOOP, Profile
from benchmarks.tables import percentile, spread

POLL = b"POST /botT/getUpdates HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"
UPDATE = re.compile(rb'"update_id":(\d+).*?"chat":{"id":(\d+)')


class Wire(asyncio.Transport):
    """What the server writes to one client."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)

    def take(self) -> bytes:
        taken, self.written = self.written, b""
        return taken


def connected(api: BotApi) -> tuple[HttpConnection, Wire]:
    wire = Wire()
    connection = HttpConnection(api)
    connection.connection_made(wire)
    return connection, wire


def call(body: str) -> bytes:
    return f"POST /botT/sendMessage HTTP/1.1\r\ncontent-length: {len(body)}\r\n\r\n{body}".encode()


async def handed_out(said: Said = "hello") -> tuple[asyncio.Task[Played], HttpConnection]:
    """A phase that has just begun, its first batch of updates on the wire."""
    api = BotApi(said)
    connection, wire = connected(api)
    connection.data_received(POLL)
    phase = asyncio.create_task(api.play(Saturated(latency=0.0, seconds=0.2, settle=0.2)))
    while not wire.written:
        await asyncio.sleep(0)
    assert len(UPDATE.findall(wire.written)) == BATCH
    return phase, connection


@pytest.mark.parametrize("text", ["hello+{}", "hello%20{}", "hello {}"])
async def test_an_answer_counts_however_it_is_encoded(text: str) -> None:
    api = BotApi("hello")
    connection, wire = connected(api)
    phase = asyncio.create_task(api.play(Paced(rate=100.0, latency=0.0, seconds=0.1)))
    connection.data_received(POLL)
    while not phase.done():
        for number, chat in UPDATE.findall(wire.take()):
            answer = call(f"chat_id={chat.decode()}&text={text.format(int(number))}")
            connection.data_received(POLL + answer[:30])
            connection.data_received(answer[30:-5])
            connection.data_received(answer[-5:])
        await asyncio.sleep(0.001)
    played = phase.result()
    assert played.finished == len(played.times) > 0
    assert min(played.times) >= 0


@pytest.mark.parametrize(
    "body", [f"chat_id={FIRST_CHAT}&text=hello+2", f"chat_id={FIRST_CHAT + CHATS - 1}&text=hello+1", "text=hello+1"]
)
async def test_a_wrong_answer_ends_the_phase(body: str) -> None:
    phase, connection = await handed_out()
    connection.data_received(call(body))
    with pytest.raises(RuntimeError, match="nobody waits for"):
        await phase


@pytest.mark.parametrize(("said", "answer"), [("hello", "hello+1"), ("/help", "the+back+office+of")])
async def test_a_second_answer_ends_the_phase(said: Said, answer: str) -> None:
    phase, connection = await handed_out(said)
    connection.data_received(call(f"chat_id={FIRST_CHAT}&text={answer}") * 2)
    with pytest.raises(RuntimeError, match="nobody waits for"):
        await phase


async def test_a_bot_that_answers_nothing_has_no_figure() -> None:
    phase, _ = await handed_out()
    with pytest.raises(RuntimeError, match="no update was answered"):
        await phase


def test_a_sample_belongs_to_the_innermost_known_part() -> None:
    site = "/v/lib/python3.11/site-packages"
    folded = (
        f"run (main.py:1);execute ({site}/sqlalchemy/engine/base.py:5);loads (/usr/lib/python3.11/json/scan.py:1) 3\n"
        f"run (main.py:1);select (/usr/lib/python3.11/selectors.py:2) 1\n"
        f"run (main.py:1);_worker (/usr/lib/python3.11/concurrent/futures/thread.py:81) 7\n"
    )
    profile = Profile(folded)
    assert profile.parts == {"SQLAlchemy": 3, LOOP: 1}
    assert profile.samples == 4


def test_a_section_replaces_its_own_part_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "RESULTS", tmp_path / "RESULTS.md")
    results.write({"updates": "## A\n\nold\n", "month_end": "## B\n\nstays\n"})
    results.write(results.read() | {"updates": "## A\n\nnew\n"})
    text = results.RESULTS.read_text(encoding="utf-8")
    assert "old" not in text
    assert results.read() == {"updates": "## A\n\nnew\n", "month_end": "## B\n\nstays\n"}


def test_figures() -> None:
    assert spread([1000.0, 3000.0, 2000.0]) == "2,000 (1,000–3,000)"
    assert spread([1.234], 2) == "1.23"
    assert percentile(list(range(100)), 0.95) == 95
    assert percentile([1.0], 0.99) == 1.0
