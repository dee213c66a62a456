"""A folder whose writer is killed, or refused by the disk, in the middle of a file."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from domain.files.storage import FolderStorage, StorageSettingsError

ROOT = Path(__file__).resolve().parents[3]
WRITER = """
import asyncio, sys
from pathlib import Path
from domain.files.storage import FolderStorage
asyncio.run(FolderStorage(Path(sys.argv[1])).put("orders/1/a.pdf", Path(sys.argv[2])))
"""

HALF = b"x" * 3_000_000


def parts(folder: Path) -> list[Path]:
    return list(folder.rglob("*.part"))


@contextmanager
def half_written(folder: Path, pipe: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process in the middle of writing `orders/1/a.pdf`; it gets the rest at the end of the block."""
    os.mkfifo(pipe)
    with (
        subprocess.Popen([sys.executable, "-c", WRITER, folder, pipe], cwd=ROOT) as writer,  # noqa: S603
        pipe.open("wb") as source,
    ):
        source.write(HALF)
        while not any(part.stat().st_size > len(HALF) // 2 for part in parts(folder)):
            assert writer.poll() is None
        yield writer


async def test_a_writer_killed_in_the_middle_leaves_what_was(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    storage = FolderStorage(folder)
    await storage.put("orders/1/a.pdf", b"content")
    with half_written(folder, tmp_path / "pipe") as writer:
        assert await storage.get("orders/1/a.pdf") == b"content"
        writer.kill()
        writer.wait()

    (left,) = parts(folder)
    assert await storage.get("orders/1/a.pdf") == b"content"
    await storage.put("orders/1/b.pdf", b"other")
    assert parts(folder) == [left], "of another file, which comes again"
    await storage.put("orders/1/a.pdf", b"newer")
    assert parts(folder) == []
    assert await storage.get("orders/1/a.pdf") == b"newer"


async def test_a_writer_at_work_keeps_what_it_has_written(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    storage = FolderStorage(folder)
    with half_written(folder, tmp_path / "pipe") as writer:
        await storage.put("orders/1/a.pdf", b"first")
        assert await storage.get("orders/1/a.pdf") == b"first"
    assert writer.returncode == 0
    assert await storage.get("orders/1/a.pdf") == HALF


async def test_a_full_disk_leaves_what_was(tmp_path: Path) -> None:
    storage = FolderStorage(tmp_path / "files")
    await storage.put("a.pdf", b"content")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(OSError, match="too large"):
            await storage.put("a.pdf", b"x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert await storage.get("a.pdf") == b"content"
    assert parts(tmp_path) == []


async def test_a_folder_that_cannot_be_is_found_out_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for impossible in (tmp_path / "file", tmp_path / "file" / "files"):
        with pytest.raises(StorageSettingsError, match="DATA_FOLDER"):
            await FolderStorage(impossible).check()
