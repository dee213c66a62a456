"""Where the bytes of files are: a folder, or a bucket of any S3-compatible store.

TokenHasher are made by us (`domain.files.naming`): segments of letters, digits, dots, dashes and
underscores, divided by slashes.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from re import compile as pattern
from threading import Lock
from typing import Any, Final, Protocol, TypeVar

from domain.files.threads import Threads

R = TypeVar("R")
_KEY: Final = pattern(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
"""No segment begins with a dot, so none is `..`, and none is one of our temporary files."""
_MAX_KEY: Final = 500
AT_ONCE: Final = 8
"""Files on their way at the same time; more of them wait."""
CONNECT_SECONDS: Final = 5
SILENCE_SECONDS: Final = 20
"""How long a store may say nothing in the middle of a call."""
TRIES: Final = 2
"""Of one call to a store, for a moment's trouble. Whoever calls tries again later."""


_PART: Final = ".part"
_WRONG_BUCKET: Final = frozenset({"NoSuchBucket", "InvalidBucketName"})
_WRONG_KEY: Final = frozenset({"InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken"})
_NO_KEY: Final = frozenset({"NoCredentialsError", "PartialCredentialsError"})
_WRONG_REGION: Final = frozenset(
    {"PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"}
)


class StorageError(OSError):
    """The storage does not answer, or refuses: `str(error)` says it in a sentence."""


class StorageSettingsError(StorageError):
    """It will refuse until somebody changes a setting, which the sentence names."""


class MissingFileError(LookupError):
    """The storage has nothing under this key: a failure of the installation, not something that its reader can mend."""


class Storage(Protocol):
    """Bytes by key. What is put under a key that is taken replaces what was there, whole or not at all.

    Raises:
        OSError: Each method, where the disk or the store does not do it.
    """

    async def check(self) -> None:
        """Raises:
        StorageSettingsError: As it is set up, nothing can be stored.
        OSError: It does not answer now.
        """
        ...

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
    if len(key) > _MAX_KEY or not _KEY.fullmatch(key):
        raise ValueError(f"not a key of the storage: {key!r}")
    return key


class FolderStorage:
    """A folder on this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._threads = Threads(AT_ONCE)

    async def check(self) -> None:
        await self._threads.run(self._check)

    async def put(self, key: str, content: bytes | Path) -> None:
        path = self._path(key)
        await self._threads.run(lambda: self._put(path, content))

    async def get(self, key: str) -> bytes:
        return await self._reading(key, Path.read_bytes)

    async def fetch(self, key: str, target: Path) -> None:
        await self._reading(key, lambda path: shutil.copyfile(path, target))

    async def exists(self, key: str) -> bool:
        return await self._threads.run(self._path(key).is_file)

    async def delete(self, key: str) -> None:
        path = self._path(key)
        await self._threads.run(lambda: path.unlink(missing_ok=True))

    def _path(self, key: str) -> Path:
        root = self._folder.resolve()
        path = (root / checked_key(key)).resolve()
        # A link inside the folder may lead out of it.
        if not path.is_relative_to(root):
            raise ValueError(f"not a key of the storage: {key!r}")
        return path

    async def _reading(self, key: str, read: Callable[[Path], R]) -> R:
        path = self._path(key)
        try:
            return await self._threads.run(lambda: read(path))
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise MissingFileError(key) from error

    def _check(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except (PermissionError, FileExistsError, NotADirectoryError) as error:
            raise StorageSettingsError(
                f"Files cannot be kept in {self._folder}: {error}. Check DATA_FOLDER."
            ) from error
        if not os.access(self._folder, os.W_OK | os.X_OK):
            raise StorageSettingsError(f"The bot may not write to {self._folder}. Check DATA_FOLDER.")

    @staticmethod
    def _put(path: Path, content: bytes | Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            # One at a time: a part that is made but not locked yet looks like one of the dead.
            fcntl.flock(folder, fcntl.LOCK_EX)
            _clear_parts(path)
            descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=_PART)
            try:
                with os.fdopen(descriptor, "wb") as part:
                    # Says that somebody is at work on it, for as long as that somebody lives.
                    fcntl.flock(part, fcntl.LOCK_SH)
                    fcntl.flock(folder, fcntl.LOCK_UN)
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
            os.fsync(folder)
        finally:
            os.close(folder)


def _clear_parts(path: Path) -> None:
    """Removes what was written of this file when the power went, or the process was killed."""
    for part in path.parent.glob(f".{path.name}.*{_PART}"):
        with suppress(FileNotFoundError, BlockingIOError), part.open("rb") as left:
            fcntl.flock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
            part.unlink()


class S3Storage:
    """A bucket. boto3 blocks, so it works in threads; its client is made at the first use, and safe to share.

    Args:
        bucket: Its name.
        region: AWS's, or what the store wants to hear.
        endpoint: The store's URL; None: AWS.
        access: Options of boto3 that hold the access key; without them it is found as boto3 finds it.
    """

    def __init__(
        self,
        bucket: str,
        region: str | None = None,
        endpoint: str | None = None,
        access: Mapping[str, Any] | None = None,
    ) -> None:
        self._bucket = bucket
        self._region = region
        self._endpoint = endpoint
        self._access = access or {}
        self._threads = Threads(AT_ONCE)
        self._made: Any = None  # boto3 makes its clients' classes at run time
        self._making = Lock()

    async def check(self) -> None:
        await self._ask(lambda client: client.list_objects_v2(Bucket=self._bucket, MaxKeys=1))

    async def put(self, key: str, content: bytes | Path) -> None:
        checked_key(key)
        if isinstance(content, Path):
            path = str(content)
            await self._ask(lambda client: client.upload_file(path, self._bucket, key))
        else:
            body = content
            await self._ask(lambda client: client.put_object(Bucket=self._bucket, Key=key, Body=body))

    async def get(self, key: str) -> bytes:
        checked_key(key)
        return await self._ask(lambda client: _content(client.get_object(Bucket=self._bucket, Key=key)), key)

    async def fetch(self, key: str, target: Path) -> None:
        checked_key(key)
        await self._ask(lambda client: client.download_file(self._bucket, key, str(target)), key)

    async def exists(self, key: str) -> bool:
        checked_key(key)
        try:
            await self._ask(lambda client: client.head_object(Bucket=self._bucket, Key=key), key)
        except MissingFileError:
            return False
        return True

    async def delete(self, key: str) -> None:
        checked_key(key)
        await self._ask(lambda client: client.delete_object(Bucket=self._bucket, Key=key))

    async def _ask(self, call: Callable[[Any], R], key: str | None = None) -> R:
        """Calls the store; its errors become ours. `key`: of the file without which the call makes no sense."""
        return await self._threads.run(lambda: self._call(call, key))

    def _call(self, call: Callable[[Any], R], key: str | None) -> R:
        # Half a second of imports, which an installation with a folder does not wait for.
        from boto3.exceptions import Boto3Error  # noqa: PLC0415
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

        try:
            return call(self._client())
        except (Boto3Error, BotoCoreError, ClientError) as error:
            # Of an upload in parts, the reason is inside.
            cause = error.__context__ if isinstance(error, Boto3Error) and error.__context__ else error
            code = cause.response.get("Error", {}).get("Code", "") if isinstance(cause, ClientError) else ""
            # HEAD has no body to name the code in, so there it is the bare status.
            if key is not None and code in {"404", "NoSuchKey", "NotFound"}:
                raise MissingFileError(key) from error
            raise self._told(code, type(cause).__name__) from error

    def _told(self, code: str, kind: str) -> StorageError:
        where = self._endpoint or "S3"
        if code in _WRONG_BUCKET or kind == "ParamValidationError":
            return StorageSettingsError(f"{where} has no bucket {self._bucket}. Check FILE_STORAGE_BUCKET.")
        if code in _WRONG_KEY:
            return StorageSettingsError(
                f"{where} refuses the access key ({code}). Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
            )
        if kind in _NO_KEY:
            return StorageSettingsError(
                f"There is no access key for {where}. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
            )
        if code in _WRONG_REGION:
            return StorageSettingsError(
                f"The bucket {self._bucket} of {where} is not in the region {self._region}. Check FILE_STORAGE_REGION."
            )
        if code:
            return StorageError(f"{where} refuses: {code}")
        return StorageError(f"{where} does not answer: {kind}")

    def _client(self) -> Any:
        with self._making:
            if self._made is None:
                import boto3  # noqa: PLC0415
                from botocore.config import Config  # noqa: PLC0415

                # AWS's newer checksums are refused by stores that do not know them.
                config = Config(
                    request_checksum_calculation="when_required",
                    response_checksum_validation="when_required",
                    connect_timeout=CONNECT_SECONDS,
                    read_timeout=SILENCE_SECONDS,
                    retries={"mode": "standard", "total_max_attempts": TRIES},
                )
                self._made = boto3.session.Session(**self._access).client(
                    "s3", region_name=self._region, endpoint_url=self._endpoint, config=config
                )
            return self._made


def _content(response: Any) -> bytes:
    with response["Body"] as body:
        content: bytes = body.read()
        return content
