"""The folder that holds the bytes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.files.storage import FolderStorage, MissingFileError, checked_key


@pytest.fixture
def storage(tmp_path: Path) -> FolderStorage:
    return FolderStorage(tmp_path / "files")


async def test_bytes_come_back(storage: FolderStorage, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"from a file" * 1000)

    await storage.put("orders/1/a.pdf", b"content")
    await storage.put("orders/1/a.pdf", b"newer")
    await storage.put("orders/1/b.pdf", source)
    await storage.fetch("orders/1/b.pdf", tmp_path / "target")

    assert await storage.get("orders/1/a.pdf") == b"newer"
    assert (tmp_path / "target").read_bytes() == source.read_bytes()
    assert await storage.exists("orders/1/a.pdf")
    assert {path.name for path in (tmp_path / "files" / "orders" / "1").iterdir()} == {"a.pdf", "b.pdf"}


async def test_what_is_not_there(storage: FolderStorage, tmp_path: Path) -> None:
    await storage.put("orders/1/a.pdf", b"content")
    await storage.delete("orders/1/a.pdf")
    await storage.delete("orders/1/a.pdf")

    assert not await storage.exists("orders/1/a.pdf")
    assert not await storage.exists("orders/1")
    for missing in ("orders/1/a.pdf", "orders/1", "never/seen"):
        with pytest.raises(MissingFileError):
            await storage.get(missing)
        with pytest.raises(MissingFileError):
            await storage.fetch(missing, tmp_path / "target")


async def test_a_write_that_fails_leaves_what_was_there(storage: FolderStorage, tmp_path: Path) -> None:
    await storage.put("a.pdf", b"content")

    with pytest.raises(FileNotFoundError):
        await storage.put("a.pdf", tmp_path / "no such file")

    assert await storage.get("a.pdf") == b"content"
    assert [path.name for path in (tmp_path / "files").iterdir()] == ["a.pdf"]


@pytest.mark.parametrize(
    "key",
    [
        *("", "/", "/etc/passwd", "..", "../x", "a/../../x", "a/..", "a//b", "a/", "./a", "a/.hidden", ".part"),
        *("a\\b", "a\x00b", "a b", "ä", "C:\\x", "a\n", "x" * 501),
    ],
)
async def test_a_key_stays_inside(storage: FolderStorage, key: str) -> None:
    for use in (storage.get, storage.exists, storage.delete):
        with pytest.raises(ValueError, match="not a key"):
            await use(key)
    with pytest.raises(ValueError, match="not a key"):
        await storage.put(key, b"")


async def test_a_link_does_not_lead_out(storage: FolderStorage, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "link").symlink_to(tmp_path / "secret")
    (tmp_path / "files" / "out").symlink_to(tmp_path)

    for key in ("link", "out/secret"):
        with pytest.raises(ValueError, match="not a key"):
            await storage.get(key)


@given(st.text())
def test_every_key_that_is_taken_names_a_place_below_the_folder(key: str) -> None:
    try:
        checked_key(key)
    except ValueError:
        return
    assert (Path("/root/files") / key).resolve().is_relative_to("/root/files")
