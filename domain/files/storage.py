"""Where the bytes of files are: a folder, or a bucket of any S3-compatible store.

Keys are made by us (`domain.files.naming`): segments of letters, digits, dots, dashes and
underscores, divided by slashes.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from re import compile as pattern
from threading import Lock
from typing import Any, Final, Protocol, TypeVar

R = TypeVar("R")
_KEY: Final = pattern(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
"""No segment begins with a dot, so none is `..`, and none is one of our temporary files."""
_LONGEST_KEY: Final = 500


class MissingFileError(LookupError):
    """The storage has nothing under this key: a failure of the installation, not something that its reader can mend."""


class Storage(Protocol):
    """Bytes by key. What is put under a key that is taken replaces what was there, whole or not at all."""

    async def put(self, key: str, content: bytes | Path) -> None:
        """Stores bytes, or a file's, and returns when they will survive a loss of power."""
        ...

    async def get(self, key: str) -> bytes:
        """Raises:
        MissingFileError: There is nothing under the key.
        """
        ...

    async def fetch(self, key: str, target: Path) -> None:
        """Writes the bytes to a file without holding all of them in memory.

        Raises:
            MissingFileError: There is nothing under the key.
        """
        ...

    async def exists(self, key: str) -> bool: ...

    async def delete(self, key: str) -> None:
        """Nothing under the key is no failure: it is what was asked for."""
        ...


def checked_key(key: str) -> str:
    """Raises:
    ValueError: Not a key that we make. It would name a place outside of the storage, or hide in it.
    """
    if len(key) > _LONGEST_KEY or not _KEY.fullmatch(key):
        raise ValueError(f"not a key of the storage: {key!r}")
    return key


class FolderStorage:
    """A folder on this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, key: str, content: bytes | Path) -> None:
        await asyncio.to_thread(self._put, self._path(key), content)

    async def get(self, key: str) -> bytes:
        return await self._reading(key, Path.read_bytes)

    async def fetch(self, key: str, target: Path) -> None:
        await self._reading(key, lambda path: shutil.copyfile(path, target))

    async def exists(self, key: str) -> bool:
        return await asyncio.to_thread(self._path(key).is_file)

    async def delete(self, key: str) -> None:
        await asyncio.to_thread(self._path(key).unlink, missing_ok=True)

    def _path(self, key: str) -> Path:
        root = self._folder.resolve()
        path = (root / checked_key(key)).resolve()
        # A link inside the folder may lead out of it.
        if not path.is_relative_to(root):
            raise ValueError(f"not a key of the storage: {key!r}")
        return path

    async def _reading(self, key: str, read: Callable[[Path], R]) -> R:
        try:
            return await asyncio.to_thread(read, self._path(key))
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise MissingFileError(key) from error

    @staticmethod
    def _put(path: Path, content: bytes | Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        try:
            with os.fdopen(descriptor, "wb") as part:
                if isinstance(content, Path):
                    with content.open("rb") as source:
                        shutil.copyfileobj(source, part, 1 << 20)
                else:
                    part.write(content)
                part.flush()
                os.fsync(part.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        # The new name is in the folder, and that has to reach the disk too.
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class S3Storage:
    """A bucket. boto3 blocks, so it works in threads; its client is made at the first use, and safe to share.

    Args:
        bucket: Its name.
        region: AWS's, or what the store wants to hear.
        endpoint: The store's URL; None: AWS. Credentials are found as boto3 finds them.
    """

    def __init__(self, bucket: str, region: str | None = None, endpoint: str | None = None) -> None:
        self._bucket = bucket
        self._region = region
        self._endpoint = endpoint
        self._made: Any = None  # boto3 makes its clients' classes at run time
        self._making = Lock()

    async def put(self, key: str, content: bytes | Path) -> None:
        checked_key(key)
        if isinstance(content, Path):
            path = str(content)
            await asyncio.to_thread(lambda: self._client().upload_file(path, self._bucket, key))
        else:
            body = content
            await asyncio.to_thread(lambda: self._client().put_object(Bucket=self._bucket, Key=key, Body=body))

    async def get(self, key: str) -> bytes:
        return await self._reading(key, lambda client: client.get_object(Bucket=self._bucket, Key=key)["Body"].read())

    async def fetch(self, key: str, target: Path) -> None:
        await self._reading(key, lambda client: client.download_file(self._bucket, key, str(target)))

    async def exists(self, key: str) -> bool:
        try:
            await self._reading(key, lambda client: client.head_object(Bucket=self._bucket, Key=key))
        except MissingFileError:
            return False
        return True

    async def delete(self, key: str) -> None:
        checked_key(key)
        await asyncio.to_thread(lambda: self._client().delete_object(Bucket=self._bucket, Key=key))

    async def _reading(self, key: str, read: Callable[[Any], R]) -> R:
        from botocore.exceptions import ClientError  # noqa: PLC0415

        checked_key(key)
        try:
            return await asyncio.to_thread(lambda: read(self._client()))
        except ClientError as error:
            # HEAD has no body to name the code in, so there it is the bare status.
            if error.response.get("Error", {}).get("Code") in {"404", "NoSuchKey", "NotFound"}:
                raise MissingFileError(key) from error
            raise

    def _client(self) -> Any:
        with self._making:
            if self._made is None:
                # Half a second of imports, which an installation with a folder does not wait for.
                import boto3  # noqa: PLC0415
                from botocore.config import Config  # noqa: PLC0415

                # AWS's newer checksums are refused by stores that do not know them; retries are for a moment's trouble.
                config = Config(
                    request_checksum_calculation="when_required",
                    response_checksum_validation="when_required",
                    retries={"mode": "standard", "max_attempts": 4},
                )
                self._made = boto3.session.Session().client(
                    "s3", region_name=self._region, endpoint_url=self._endpoint, config=config
                )
            return self._made
