"""Both kinds of storage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from domain.files.storage import FolderStorage, S3Storage, Storage
from tests.support.fixtures import s3
from tests.support.s3 import REGION, S3

__all__ = ["s3"]


@pytest.fixture
def bucket(s3: S3) -> str:
    return s3.bucket()


@pytest.fixture(params=["folder", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """A test that takes it runs twice."""
    if request.param == "folder":
        return FolderStorage(tmp_path / "files")
    store: S3 = request.getfixturevalue("s3")
    return s3_storage(store, request.getfixturevalue("bucket"))


def s3_storage(store: S3, bucket: str, **more: Any) -> S3Storage:
    options: dict[str, Any] = {"region": REGION, "endpoint": store.endpoint, "access": store.access, **more}
    return S3Storage(bucket, **options)
