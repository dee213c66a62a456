"""Service messages: what Telegram's apps write into a chat themselves, when somebody pins, sets a timer, and so on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.api_json import document_json, message_json
from playground.model import Document
from playground.samples import sample_upload
from playground.storing import store_media

if TYPE_CHECKING:
    from playground.model import Chat, Message, User
    from playground.world import World

DAY = 24 * 3600
WALLPAPER = "rankings-chart.jpg"
Made = tuple[str, dict[str, Any]]
"""What a phone shows, and what the Bot API says."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did, with what it may be done to."""

    world: World
    chat: Chat
    user: User
    message: Message | None
    seconds: int


async def service_message(kind: str, deed: Deed) -> Made:
    """A service message of that kind.

    Raises:
        ValueError: there is no such kind, or nothing to do it to.
    """
    make = KINDS.get(kind)
    if make is None:
        raise ValueError(f"A service message is one of: {', '.join(KINDS)}.")
    return await make(deed)


async def _pinned(deed: Deed) -> Made:
    if deed.message is None:
        raise ValueError("There is nothing to pin in this chat.")
    if deed.message.service:
        raise ValueError("What the app says itself cannot be pinned.")
    shown = message_json(deed.message, deed.world.users, with_reply=False)
    said = deed.message.text.text[:30]
    return f"{_isolated(deed.user.name)} pinned {f'“{_isolated(said)}”' if said else 'a message'}", {
        "pinned_message": shown
    }


async def _timer(deed: Deed) -> Made:
    seconds = deed.seconds or DAY
    text = f"{_isolated(deed.user.name)} set messages to delete themselves after {_duration(seconds)}"
    return text, {"message_auto_delete_timer_changed": {"message_auto_delete_time": seconds}}


async def _timer_off(deed: Deed) -> Made:
    changed = {"message_auto_delete_timer_changed": {"message_auto_delete_time": 0}}
    return f"{_isolated(deed.user.name)} turned off the auto-delete timer", changed


async def _wallpaper(deed: Deed) -> Made:
    media = await store_media(deed.world, "document", sample_upload(WALLPAPER))
    assert isinstance(media, Document)  # noqa: S101 - that is what a document is stored as
    background = {
        "type": "wallpaper",
        "document": document_json(deed.chat.bot, media),
        "dark_theme_dimming": 20,
        "is_blurred": True,
    }
    return f"{_isolated(deed.user.name)} set a new wallpaper", {"chat_background_set": {"type": background}}


async def _color(deed: Deed) -> Made:
    fill = {"type": "solid", "color": 0x5288C1}
    background = {"type": "fill", "fill": fill, "dark_theme_dimming": 0}
    return f"{_isolated(deed.user.name)} set a plain background", {"chat_background_set": {"type": background}}


async def _write_access(_: Deed) -> Made:
    return "The bot was allowed to write", {"write_access_allowed": {"from_request": True}}


async def _unknown(_: Deed) -> Made:
    """A kind that this version of the Bot API does not know: the bot gets a message without any content."""
    return "A message that this version cannot show", {}


def _isolated(text: str) -> str:
    """Somebody's words inside the app's own: they must not turn the sentence around when they are written in Urdu."""
    return f"\u2068{text}\u2069"


def _duration(seconds: int) -> str:
    for length, name in ((DAY, "day"), (3600, "hour"), (60, "minute")):
        if seconds % length == 0:
            count = seconds // length
            return f"{count} {name}" if count == 1 else f"{count} {name}s"
    return f"{seconds} seconds"


KINDS: dict[str, Callable[[Deed], Awaitable[Made]]] = {
    "pinned": _pinned,
    "timer": _timer,
    "timer_off": _timer_off,
    "wallpaper": _wallpaper,
    "color": _color,
    "write_access": _write_access,
    "unknown": _unknown,
}
"""By the name that the control API gives them."""
