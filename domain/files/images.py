"""Files as they are kept: images without what a camera wrote into them, the place where they were taken above all."""

from __future__ import annotations

import asyncio
import hashlib
import io
import shutil
import struct
import warnings
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from mmap import mmap
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from PIL import Image, ImageOps, ImageSequence

from domain.files.exif import blank, blanked

FORMATS: Final = ("JPEG", "PNG", "WEBP")
"""Those that are written anew. A MPO, what some phones call a JPEG with a second picture in it, opens as JPEG's kin."""
MIME_TYPES: Final = frozenset({"image/jpeg", "image/jpg", "image/pjpeg", "image/png", "image/webp"})
BLANKED: Final = frozenset({"image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence", "image/avif"})
"""What phones make too, and what is not written anew: its values are overwritten in place."""
_UNTOLD: Final = frozenset({None, "", "application/octet-stream"})
_BRANDS: Final = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypmsf1", b"ftyphevc", b"ftypavif", b"ftypavis")
MAX_PIXELS: Final = 120_000_000
"""More are not decoded: each takes three or four bytes of memory. The largest cameras of phones make 108 million."""
_BEGINNINGS: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
MAX_HELD: Final = 64 << 20
"""Bytes of a file that are held in memory at once."""
_BROKEN: Final = (
    OSError,
    EOFError,
    ValueError,
    SyntaxError,
    KeyError,
    IndexError,
    TypeError,
    OverflowError,
    MemoryError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)
"""What Pillow raises for files that are not what they say."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What goes to the storage, and what it was."""

    content: bytes | Path
    size: int
    sha256: str
    """In hex, of the bytes as they arrived: the same file sent again has the same."""


async def prepare(content: bytes, mime_type: str | None) -> Kept:
    """A file as it goes to the storage. Works in a thread."""
    return await asyncio.to_thread(_prepared, content, mime_type)


@asynccontextmanager
async def prepared_file(path: Path, mime_type: str | None) -> AsyncIterator[Kept]:
    """The same for one that lies on the disk, as a Bot API server of our own hands it out: with its 2 GB at most, it is
    not held in memory. An image of more than `MAX_HELD` is overwritten in place, in a copy that is gone after the
    block.
    """
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        yield await asyncio.to_thread(_prepared_file, path, mime_type, Path(folder))


def _prepared(content: bytes, mime_type: str | None) -> Kept:
    stripped = _stripped(content, mime_type)
    return Kept(stripped, len(stripped), hashlib.sha256(content).hexdigest())


def _prepared_file(path: Path, mime_type: str | None, folder: Path) -> Kept:
    size = path.stat().st_size
    if size <= MAX_HELD:
        return _prepared(path.read_bytes(), mime_type)
    sha256 = _sha256_of(path)
    if not _may_be_image(path, mime_type):
        return Kept(path, size, sha256)
    copy = folder / "image"
    shutil.copyfile(path, copy)
    with copy.open("r+b") as file, mmap(file.fileno(), 0) as mapped:
        blank(mapped)
    return Kept(copy, size, sha256)


def _may_be_image(path: Path, mime_type: str | None) -> bool:
    told = mime_type.lower() if mime_type is not None else None
    if told not in _UNTOLD:
        return told in BLANKED | MIME_TYPES
    with path.open("rb") as file:
        beginning = file.read(12)
    return beginning.startswith(_BEGINNINGS) or beginning[4:] in _BRANDS


def _sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _stripped(content: bytes, mime_type: str | None) -> bytes:
    """An image's pixels, turned as its EXIF says, and its colour profile: nothing else of it.

    JPEG, PNG and WebP are written anew; animations keep their frames. In HEIC and AVIF, and in images too large to be
    decoded, EXIF and XMP are overwritten in place. Other formats, and images that cannot be read, stay as they are.
    """
    # A document's type is what the sender's device says; one that says nothing is looked at.
    told = mime_type.lower() if mime_type is not None else None
    if told in BLANKED or (told in _UNTOLD and content[4:12] in _BRANDS):
        return blanked(content)
    if told not in MIME_TYPES | _UNTOLD:
        return content
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about odd EXIF, and about sizes that are below our own limit
            with Image.open(io.BytesIO(content), formats=FORMATS) as image:
                if image.width * image.height > MAX_PIXELS:
                    return blanked(content)
                return _written(image, content)
    except _BROKEN:
        return content


def _written(image: Image.Image, content: bytes) -> bytes:
    target = io.BytesIO()
    options: dict[str, Any] = {"icc_profile": image.info.get("icc_profile")}
    if image.format in {"JPEG", "MPO"}:
        _jpeg(image, target, options)
    elif image.format == "PNG":
        _animated(image, target, "PNG", options)
    else:
        lossless = b"VP8L" in content[:64]
        _animated(image, target, "WEBP", options | {"lossless": lossless, "quality": 90, "exif": b"", "xmp": b""})
    return target.getvalue()


def _jpeg(image: Image.Image, target: io.BytesIO, options: dict[str, Any]) -> None:
    turned = image.getexif().get(0x0112, 1) not in {0, 1}
    image.load()
    if turned or image.format == "MPO":
        # `exif_transpose` leaves out the EXIF entry of what it turned; none is passed on here anyway.
        upright = ImageOps.exif_transpose(image)
        upright.info.clear()
        upright.save(target, "JPEG", quality=95, subsampling="4:2:0", **options)
        return
    progressive = "progressive" in image.info
    image.info = {}  # the comment, which is written from there
    image.save(target, "JPEG", quality="keep", progressive=progressive, **options)


def _animated(image: Image.Image, target: io.BytesIO, kind: str, options: dict[str, Any]) -> None:
    count = getattr(image, "n_frames", 1)
    if count == 1:
        upright = ImageOps.exif_transpose(image)
        upright.info = {name: value for name, value in upright.info.items() if name == "transparency"}
        upright.save(target, kind, **options)
        return
    frames = [frame.copy() for frame in ImageSequence.Iterator(image)]
    durations = [frame.info.get("duration", 0) for frame in frames]
    first, *rest = frames
    first.save(
        target,
        kind,
        save_all=True,
        append_images=rest,
        duration=durations,
        loop=image.info.get("loop", 0),
        **options,
    )
