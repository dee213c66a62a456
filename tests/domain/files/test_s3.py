"""An S3 store that refuses, is away, or says nothing."""

from __future__ import annotations

import asyncio
import re

import pytest

from domain.accounts.passwords import Passwords
from domain.files import storage as storage_module
from domain.files.storage import S3Storage, StorageError, StorageSettingsError
from tests.domain.files.conftest import s3_storage
from tests.support.s3 import S3
from tests.support.wire import wire_to

WRONG = "0" * 40


async def refused(storage: S3Storage, match: str) -> None:
    for use in (storage.check(), storage.put("a.pdf", b"content")):
        with pytest.raises(StorageSettingsError, match=match):
            await use


async def test_a_wrong_secret(s3: S3, bucket: str) -> None:
    access = {**s3.access, "aws_secret_access_key": WRONG}
    await refused(s3_storage(s3, bucket, access=access), "refuses the access key .* AWS_SECRET_ACCESS_KEY")
    assert s3.keys(bucket) == set()


async def test_an_unknown_key(s3: S3, bucket: str) -> None:
    access = {**s3.access, "aws_access_key_id": "nobody"}
    await refused(s3_storage(s3, bucket, access=access), "InvalidAccessKeyId.* AWS_ACCESS_KEY_ID")


async def test_no_key_at_all(s3: S3, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    await refused(s3_storage(s3, bucket, access=None), "Set AWS_ACCESS_KEY_ID")


@pytest.mark.parametrize("name", ["not-there", "Not A Name", "x"])
async def test_a_bucket_that_is_not_there(s3: S3, name: str) -> None:
    await refused(s3_storage(s3, name), "FILE_STORAGE_BUCKET")


async def test_a_secret_stays_out_of_what_is_said(s3: S3, bucket: str) -> None:
    with pytest.raises(StorageSettingsError) as caught:
        await s3_storage(s3, bucket, access={**s3.access, "aws_secret_access_key": WRONG}).check()
    assert WRONG not in str(caught.value)
    assert re.search(s3.access["aws_access_key_id"], str(caught.value)) is None


async def test_a_store_that_is_away_and_comes_back(s3: S3, bucket: str) -> None:
    async with wire_to(s3.port) as wire:
        storage = s3_storage(s3, bucket, endpoint=wire.address)
        await storage.put("a.pdf", b"content")
        await wire.cut()
        for use in (storage.check(), storage.put("b.pdf", b"content"), storage.get("a.pdf")):
            with pytest.raises(StorageError, match="does not answer") as caught:
                await use
            assert not isinstance(caught.value, StorageSettingsError)
        await wire.mend()
        assert await storage.get("a.pdf") == b"content"
        assert s3.keys(bucket) == {"a.pdf"}


async def test_a_store_that_says_nothing_is_given_up_and_holds_up_no_password(
    s3: S3, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage_module, "SILENCE_SECONDS", 2)
    async with wire_to(s3.port) as wire:
        storage = s3_storage(s3, bucket, endpoint=wire.address)
        await storage.check()
        wire.swallow()
        stuck = [asyncio.create_task(storage.put(f"{number}.pdf", b"content")) for number in range(40)]
        await asyncio.sleep(0)
        assert len(await Passwords(4).hash("quiet-Harbour-71-lantern")) == 60
        assert not any(task.done() for task in stuck), "more uploads hang than there are threads for hashes"
        ends = await asyncio.wait_for(asyncio.gather(*stuck[:8], return_exceptions=True), 60)
        assert all(isinstance(end, StorageError) for end in ends)
        for task in stuck:
            task.cancel()
        await asyncio.gather(*stuck, return_exceptions=True)


async def test_an_upload_that_is_cut_leaves_nothing_behind_that_counts(s3: S3, bucket: str) -> None:
    async with wire_to(s3.port) as wire:
        storage = s3_storage(s3, bucket, endpoint=wire.address)
        await storage.put("a.pdf", b"content")
        upload = asyncio.create_task(storage.put("a.pdf", b"x" * 20_000_000))
        begun = wire.passed
        while wire.passed < begun + 100_000:
            await asyncio.sleep(0)
        await wire.cut()
        with pytest.raises(StorageError):
            await upload
        assert s3.content(bucket, "a.pdf") == b"content"
        await wire.mend()
        await storage.put("a.pdf", b"newer")
        assert s3.content(bucket, "a.pdf") == b"newer"
