"""Clips: kept with what is said of them and a small picture, and made up where only their kind matters.

The playground plays nothing, so a made-up clip is a few bytes with the right beginning. Only a sticker is a real
picture, because the page shows it.
"""

from __future__ import annotations

import asyncio
import io
import mimetypes
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from playground.model import Clip, ClipFacts, ClipKind, PhotoSize
from playground.params import Upload
from playground.pictures import Picture, size_of, thumbnail

if TYPE_CHECKING:
    from playground.world import World

STICKER_SIDE = 512
BLUE, YELLOW, INK = (72, 132, 196), (255, 205, 84), (60, 48, 30)

NAMES: dict[ClipKind, str] = {
    "voice": "voice.ogg",
    "audio": "song.mp3",
    "video": "video.mp4",
    "video_note": "round.mp4",
    "animation": "animation.mp4",
    "sticker": "sticker.webp",
}
MIME_TYPES: dict[ClipKind, str] = {
    "voice": "audio/ogg",
    "audio": "audio/mpeg",
    "video": "video/mp4",
    "video_note": "video/mp4",
    "animation": "video/mp4",
    "sticker": "image/webp",
}
FACTS: dict[ClipKind, ClipFacts] = {
    "voice": ClipFacts(duration=3),
    "audio": ClipFacts(duration=184),
    "video": ClipFacts(duration=5, width=1280, height=720),
    "video_note": ClipFacts(duration=4, width=384, height=384),
    "animation": ClipFacts(duration=2, width=480, height=270),
    "sticker": ClipFacts(width=STICKER_SIDE, height=STICKER_SIDE, emoji="👍"),
}
"""What a clip of each kind is like where nobody says otherwise."""

MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(104)
BEGINNINGS = {"audio/ogg": b"OggS" + bytes(124), "audio/mpeg": b"ID3\x03" + bytes(124), "video/mp4": MP4}


def made_up_clip(kind: ClipKind) -> Upload:
    """A small file of that kind."""
    mime_type = MIME_TYPES[kind]
    content = _sticker() if kind == "sticker" else BEGINNINGS[mime_type]
    return Upload(NAMES[kind], mime_type, content)


async def store_clip(
    world: World,
    kind: ClipKind,
    upload: Upload,
    facts: ClipFacts,
    *,
    has_spoiler: bool = False,
    cover: Upload | None = None,
) -> Clip:
    """Keeps a clip. What `facts` leave empty is filled in; `cover` is the small picture that its sender gives it."""
    name = Path(upload.file_name.replace("\\", "/")).name
    if name in {"", ".."}:
        name = NAMES[kind]
    if kind == "voice":
        name = f"{Path(name).stem}.oga"
    declared = "" if upload.content_type == "application/octet-stream" else upload.content_type
    mime_type = declared or mimetypes.guess_type(name)[0] or MIME_TYPES[kind]
    stored = await world.files.put(upload.content, kind, name, mime_type)
    facts = await asyncio.to_thread(_filled, kind, upload.content, facts)
    picture = await asyncio.to_thread(_picture, kind, facts, upload.content, cover)
    small = None
    if picture is not None:
        file = await world.files.put(picture.content, "photo", "thumbnail.jpg", "image/jpeg")
        small = PhotoSize(file, picture.width, picture.height)
    clip = Clip(kind, stored, facts, small, has_spoiler)
    world.files.media[stored.key] = clip
    return clip


def _filled(kind: ClipKind, content: bytes, facts: ClipFacts) -> ClipFacts:
    usual = FACTS[kind]
    width, height = facts.width or usual.width, facts.height or usual.height
    if kind == "sticker":
        width, height = size_of(content) or (width, height)
    return replace(
        facts,
        duration=facts.duration or usual.duration,
        width=width,
        height=height,
        emoji=facts.emoji or usual.emoji,
    )


def _picture(kind: ClipKind, facts: ClipFacts, content: bytes, cover: Upload | None) -> Picture | None:
    """A clip's small picture: its cover, what a sticker shows, or a drawn one, as nothing here reads a video."""
    if cover is not None:
        return thumbnail(cover.content)
    if kind in {"voice", "audio"}:
        return None
    if kind == "sticker" and (shown := thumbnail(content)) is not None:
        return shown
    return thumbnail(_frame(facts.width or STICKER_SIDE, facts.height or STICKER_SIDE))


def _frame(width: int, height: int) -> bytes:
    """A blue picture with a triangle, such as stands for a video."""
    scale = 320 / max(width, height)
    across, down = max(8, round(width * scale)), max(8, round(height * scale))
    image = Image.new("RGB", (across, down), BLUE)
    middle, half = (across / 2, down / 2), min(across, down) / 6
    ImageDraw.Draw(image).polygon(
        [
            (middle[0] - half * 0.7, middle[1] - half),
            (middle[0] - half * 0.7, middle[1] + half),
            (middle[0] + half, middle[1]),
        ],
        "white",
    )
    return _saved(image, "JPEG")


def _sticker() -> bytes:
    """A smiling face on nothing."""
    image = Image.new("RGBA", (STICKER_SIDE, STICKER_SIDE), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.ellipse((24, 24, 488, 488), fill=YELLOW)
    for x in (160, 312):
        draw.ellipse((x, 160, x + 40, 220), fill=INK)
    draw.arc((140, 150, 372, 390), 20, 160, fill=INK, width=20)
    return _saved(image, "WEBP")


def _saved(image: Image.Image, form: str) -> bytes:
    out = io.BytesIO()
    image.save(out, form)
    return out.getvalue()
