"""Photos: checked, compressed and scaled to the sizes that Telegram makes."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from playground.errors import ApiError, bad_request

BOXES = (90, 320, 800, 1280)
"""Pixels of the longer side; a picture is never enlarged."""
MAX_SIDES = 10_000
"""Pixels of width and height together."""
MAX_RATIO = 20
QUALITY = 87
THUMBNAIL_BOX = 320


@dataclass(frozen=True, slots=True)
class Picture:
    """One size of a photo, as JPEG."""

    content: bytes
    width: int
    height: int


def photo_sizes(content: bytes) -> list[Picture]:
    """A photo in its sizes, the smallest first. Metadata (a camera's position above all) does not survive.

    Raises:
        ApiError: 400, it is no picture, or too long or too large on a side.
    """
    with _opened(content) as image:
        if sum(image.size) > MAX_SIDES or max(image.size) > MAX_RATIO * min(image.size):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        picture = _decoded(image)
    longest = max(picture.size)
    boxes = [box for box in BOXES if box < longest]
    return [_scaled(picture, box) for box in sorted({*boxes, min(longest, BOXES[-1])})]


def thumbnail(content: bytes) -> Picture | None:
    """A document's small picture; None where the document is no picture."""
    try:
        with _opened(content) as image:
            return _scaled(_decoded(image), THUMBNAIL_BOX)
    except ApiError:
        return None


def size_of(content: bytes) -> tuple[int, int] | None:
    """A picture's width and height; None where it is none."""
    try:
        with _opened(content) as image:
            return image.size
    except ApiError:
        return None


def _opened(content: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(content))
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        raise bad_request("IMAGE_PROCESS_FAILED") from None


def _decoded(image: Image.Image) -> Image.Image:
    try:
        upright = ImageOps.exif_transpose(image)
        if upright.mode in {"RGBA", "LA", "P", "PA"}:
            layered = upright.convert("RGBA")
            backed = Image.new("RGB", layered.size, "white")
            backed.paste(layered, mask=layered.getchannel("A"))
            return backed
        return upright.convert("RGB")
    except (OSError, ValueError, SyntaxError):
        raise bad_request("IMAGE_PROCESS_FAILED") from None


def _scaled(picture: Image.Image, box: int) -> Picture:
    small = picture.copy()
    small.thumbnail((box, box), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=QUALITY)
    return Picture(out.getvalue(), *small.size)
