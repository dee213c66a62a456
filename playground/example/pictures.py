"""Small PNG pictures out of nothing but zlib, so that the bot has an album to send."""

from __future__ import annotations

import struct
import zlib

WIDTH, HEIGHT = 480, 320
Colour = tuple[int, int, int]
SKIES: dict[str, tuple[Colour, Colour]] = {
    "Dawn": ((44, 62, 120), (250, 170, 120)),
    "Noon": ((40, 120, 210), (190, 225, 250)),
    "Dusk": ((60, 30, 90), (230, 90, 80)),
}


def sky(name: str) -> bytes:
    """A sky of that name, from its top colour to its bottom colour."""
    top, bottom = SKIES[name]
    rows = bytearray()
    for y in range(HEIGHT):
        pixel = bytes(above + (below - above) * y // (HEIGHT - 1) for above, below in zip(top, bottom, strict=True))
        rows += b"\0" + pixel * WIDTH
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
