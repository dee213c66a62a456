"""What a storage promises, of the folder and of a real S3 store."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from domain.files.storage import MissingFileError, Storage

BIG = 20 * 1024 * 1024
"""Bytes: as much as Telegram hands out, and more than is uploaded in one part."""


async def test_what_is_put_comes_back(storage: Storage, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"from a file" * 1000)

    await storage.check()
    await storage.put("orders/1/a.pdf", b"content")
    await storage.put("orders/1/empty", b"")
    await storage.put("orders/1/b.pdf", source)
    await storage.fetch("orders/1/b.pdf", tmp_path / "target")

    assert await storage.get("orders/1/a.pdf") == b"content"
    assert await storage.get("orders/1/empty") == b""
    assert (tmp_path / "target").read_bytes() == source.read_bytes()
    assert await storage.exists("orders/1/a.pdf")


async def test_what_is_put_again_replaces_it(storage: Storage) -> None:
    await storage.put("a.pdf", b"a longer content")
    await storage.put("a.pdf", b"newer")
    assert await storage.get("a.pdf") == b"newer"


async def test_writers_of_one_key_leave_what_one_of_them_wrote(storage: Storage) -> None:
    """In a folder, one took another's part for that of a dead writer: it was made, and not locked yet."""
    contents = [bytes([number]) * 20_000 for number in range(8)]
    for _ in range(10):
        await asyncio.gather(*(storage.put("orders/1/a.pdf", content) for content in contents))
        assert await storage.get("orders/1/a.pdf") in contents


async def test_what_is_not_there(storage: Storage, tmp_path: Path) -> None:
    await storage.put("orders/1/a.pdf", b"content")
    await storage.delete("orders/1/a.pdf")
    await storage.delete("orders/1/a.pdf")

    for missing in ("orders/1/a.pdf", "orders/1", "never/seen"):
        assert not await storage.exists(missing)
        with pytest.raises(MissingFileError):
            await storage.get(missing)
        with pytest.raises(MissingFileError):
            await storage.fetch(missing, tmp_path / "target")
    assert not (tmp_path / "target").exists()


async def test_a_big_file_in_memory_and_from_a_file(storage: Storage, tmp_path: Path) -> None:
    content = random.Random(1).randbytes(BIG)
    (tmp_path / "source").write_bytes(content)

    await storage.put("in-memory", content)
    await storage.put("from-a-file", tmp_path / "source")
    await storage.fetch("in-memory", tmp_path / "target")

    assert (tmp_path / "target").read_bytes() == content
    assert await storage.get("from-a-file") == content


async def test_a_source_that_is_not_there_leaves_what_was(storage: Storage, tmp_path: Path) -> None:
    await storage.put("a.pdf", b"content")
    with pytest.raises(OSError, match="no such file"):
        await storage.put("a.pdf", tmp_path / "no such file")
    assert await storage.get("a.pdf") == b"content"


@pytest.mark.parametrize("key", ["", "../x", "a/../../x", "/etc/passwd", "a//b", "ä", "فائل.pdf", "a\x00b", "x" * 501])
async def test_a_key_that_we_do_not_make_is_refused(storage: Storage, tmp_path: Path, key: str) -> None:
    for use in (storage.get, storage.exists, storage.delete):
        with pytest.raises(ValueError, match="not a key"):
            await use(key)
    with pytest.raises(ValueError, match="not a key"):
        await storage.put(key, b"")
    with pytest.raises(ValueError, match="not a key"):
        await storage.fetch(key, tmp_path / "target")
