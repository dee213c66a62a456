"""A photo says where it was taken. The one that is kept does not."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from domain.files import images
from domain.files.exif import blanked
from domain.files.images import prepare, prepared_file

SECRET = b"Secret"
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def picture(width: int = 40, height: int = 20) -> Image.Image:
    """Red on the left, blue on the right."""
    made = Image.new("RGB", (width, height), "blue")
    made.paste("red", (0, 0, width // 2, height))
    return made


def exif(orientation: int | None = None) -> Image.Exif:
    data = Image.Exif()
    data[0x010F] = "Secret camera"
    data.get_ifd(0x8825).update({1: "N", 2: (24.0, 51.0, 0.0), 3: "E", 4: (67.0, 0.0, 0.0)})
    if orientation is not None:
        data[0x0112] = orientation
    return data


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


async def stripped(content: bytes, mime_type: str | None) -> bytes:
    kept = (await prepare(content, mime_type)).content
    assert isinstance(kept, bytes)
    return kept


def assert_bare(content: bytes) -> None:
    image = opened(content)
    assert not dict(image.getexif())
    assert SECRET not in content
    assert not {"exif", "xmp", "comment", "XML:com.adobe.xmp", "photoshop", "Author"} & set(image.info)


async def test_a_jpeg_loses_its_place_and_keeps_its_pixels() -> None:
    xmp = b"<x:xmpmeta>Secret</x:xmpmeta>"
    content = encoded(
        picture(), "JPEG", exif=exif(), comment=SECRET, xmp=xmp, icc_profile=PROFILE, quality=80, progressive=True
    )
    assert SECRET in content

    kept = await stripped(content, "image/jpeg")

    assert_bare(kept)
    image = opened(kept)
    assert (image.size, image.mode, image.format) == ((40, 20), "RGB", "JPEG")
    assert image.info["icc_profile"] == PROFILE
    assert image.info["progressive"]
    assert image.quantization == opened(content).quantization  # type: ignore[attr-defined]
    red, _, blue = image.getpixel((2, 10))  # type: ignore[misc]
    assert red > 200 > 50 > blue


@pytest.mark.parametrize("orientation", range(2, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_an_image_is_turned_as_its_exif_says(kind: str, orientation: int) -> None:
    content = encoded(picture(), kind, exif=exif(orientation))

    kept = await stripped(content, f"image/{kind.lower()}")

    assert_bare(kept)
    image = opened(kept).convert("RGB")
    assert image.size == ((40, 20) if orientation < 5 else (20, 40))
    corner, far = image.getpixel((2, 2)), image.getpixel((image.width - 3, image.height - 3))
    red_first = orientation in {4, 5, 6}
    assert (corner[0] > 150, far[2] > 150) == (red_first, red_first)  # type: ignore[index]


async def test_a_png_loses_its_texts_and_not_one_pixel() -> None:
    info = PngInfo()
    info.add_text("Author", "Secret")
    info.add_itxt("XML:com.adobe.xmp", "Secret")
    image = picture().convert("P")
    content = encoded(image, "PNG", pnginfo=info, exif=exif(), transparency=0, icc_profile=PROFILE)

    kept = await stripped(content, "image/png")

    assert_bare(kept)
    assert opened(kept).convert("RGBA").tobytes() == opened(content).convert("RGBA").tobytes()
    assert opened(kept).info["icc_profile"] == PROFILE


@pytest.mark.parametrize("lossless", [True, False])
async def test_a_webp(lossless: bool) -> None:
    content = encoded(picture(), "WEBP", exif=exif(), xmp=b"Secret", lossless=lossless)

    kept = await stripped(content, "image/webp")

    assert_bare(kept)
    if lossless:
        assert opened(kept).tobytes() == picture().tobytes()


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
async def test_an_animation_goes_on_moving(kind: str) -> None:
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "green", "blue")]
    content = encoded(
        frames[0], kind, save_all=True, append_images=frames[1:], duration=[100, 200, 300], loop=0, exif=exif()
    )

    kept = await stripped(content, f"image/{kind.lower()}")

    assert_bare(kept)
    assert opened(kept).n_frames == 3  # type: ignore[attr-defined]


async def test_a_second_picture_inside_a_jpeg_goes_too() -> None:
    content = encoded(picture(), "MPO", save_all=True, append_images=[picture()], exif=exif())
    assert opened(content).format == "MPO"

    kept = await stripped(content, "image/jpeg")

    assert_bare(kept)
    assert opened(kept).format == "JPEG"
    assert len(kept) < len(content)


async def test_what_is_stuck_on_behind_a_jpeg_goes_too() -> None:
    """A phone's moving photo is a JPEG with a film behind it, which has a place of its own."""
    content = encoded(picture(), "JPEG") + b"ftypmp42 Secret"

    assert_bare(await stripped(content, "image/jpeg"))


@pytest.mark.parametrize("mime_type", ["application/pdf", "image/gif", "text/plain"])
async def test_other_formats_stay_as_they_are(mime_type: str) -> None:
    content = encoded(picture(), "JPEG", exif=exif())

    assert await stripped(content, mime_type) == content


async def test_an_image_without_a_type_is_looked_at() -> None:
    assert_bare(await stripped(encoded(picture(), "JPEG", exif=exif()), None))
    assert await stripped(b"just text", None) == b"just text"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_broken_image_is_kept_as_it_is(kind: str) -> None:
    whole = encoded(Image.effect_noise((64, 64), 90).convert("RGB"), kind, exif=exif())

    for length in (0, 1, 10, len(whole) // 2):
        broken = whole[:length]
        assert await stripped(broken, f"image/{kind.lower()}") == broken


async def test_an_image_too_large_to_decode_loses_its_place_where_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MAX_PIXELS", 799)
    content = encoded(picture(), "JPEG", exif=exif(6), xmp=b"<x:xmpmeta>Secret</x:xmpmeta>")

    kept = await stripped(content, "image/jpeg")

    assert_blank(kept, content)
    assert opened(kept).getexif()[0x0112] == 6  # it is still shown upright


@pytest.mark.parametrize("mime_type", ["image/avif", "image/heic", None])
async def test_what_is_not_written_anew_loses_its_place_where_it_stands(mime_type: str | None) -> None:
    """AVIF stands for HEIC, which is the same box of boxes and which Pillow does not write."""
    content = encoded(picture(), "AVIF", exif=exif(), xmp=b"<x:xmpmeta>Secret</x:xmpmeta>")

    assert_blank(await stripped(content, mime_type), content)


def assert_blank(kept: bytes, content: bytes) -> None:
    assert len(kept) == len(content)
    assert SECRET in content
    assert SECRET not in kept
    assert opened(content).getexif().get_ifd(0x8825)[2] == (24, 51, 0)
    assert not any(opened(kept).getexif().get_ifd(0x8825).values())
    assert opened(kept).tobytes() == opened(content).tobytes()


@pytest.mark.parametrize("order", ["<", ">"])
def test_either_order_of_bytes_is_understood(order: str) -> None:
    data = exif()
    data.endian = order
    content = b"before" + data.tobytes() + b"behind"

    kept = blanked(content)

    assert SECRET in content
    assert SECRET not in kept
    assert (kept[:6], kept[-6:], len(kept)) == (b"before", b"behind", len(content))


@given(st.binary(max_size=200), st.sampled_from([b"II*\x00", b"MM\x00*"]))
def test_nonsense_is_walked_through_to_its_end(junk: bytes, start: bytes) -> None:
    content = b"Exif\x00\x00" + start + junk

    kept = blanked(content)

    assert len(kept) == len(content)
    assert kept[:10] == content[:10]


@pytest.mark.parametrize("mode", ["L", "CMYK", "RGB"])
async def test_every_kind_of_jpeg_keeps_its_colours(mode: str) -> None:
    content = encoded(picture().convert(mode), "JPEG", exif=exif(), quality=95)

    kept = opened(await stripped(content, "image/jpeg"))

    assert (kept.mode, kept.size) == (mode, (40, 20))


async def test_the_hash_is_of_the_bytes_as_they_arrived(tmp_path: Path) -> None:
    content = encoded(picture(), "JPEG", exif=exif())
    (tmp_path / "file").write_bytes(content)

    kept = await prepare(content, "image/jpeg")

    assert kept.content != content
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    async with prepared_file(tmp_path / "file", "image/jpeg") as same:
        assert same == kept


@pytest.mark.parametrize("mime_type", ["image/jpeg", "IMAGE/JPEG", None])
async def test_an_image_too_large_for_memory_loses_its_place_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mime_type: str | None
) -> None:
    monkeypatch.setattr(images, "MAX_HELD", 100)
    content = encoded(picture(), "JPEG", exif=exif(6), xmp=b"<x:xmpmeta>Secret</x:xmpmeta>", quality=95)
    sent = tmp_path / "file_7.jpg"
    sent.write_bytes(content)

    async with prepared_file(sent, mime_type) as kept:
        assert isinstance(kept.content, Path)
        copy, made = kept.content, kept.content.read_bytes()

    assert made == blanked(content)
    assert SECRET not in made
    assert opened(made).getexif()[0x0112] == 6
    assert (kept.size, kept.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    # The server's own file is not ours to change, and our copy does not stay.
    assert sent.read_bytes() == content
    assert not copy.exists()


@pytest.mark.parametrize(("mime_type", "begins"), [("application/zip", b"\xff\xd8\xff"), (None, b"PK\x03\x04")])
async def test_what_is_no_image_goes_from_where_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mime_type: str | None, begins: bytes
) -> None:
    monkeypatch.setattr(images, "MAX_HELD", 100)
    sent = tmp_path / "file_8.zip"
    sent.write_bytes(begins + b"\0" * 200)

    async with prepared_file(sent, mime_type) as kept:
        assert kept.content == sent
    assert kept.size == len(begins) + 200
    assert sent.exists()
