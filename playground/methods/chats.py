"""getChat and getUserProfilePhotos."""

from __future__ import annotations

from typing import Any

from playground.methods.call import Call, find_chat, find_user

GIFT_TYPES = {
    "unlimited_gifts": True,
    "limited_gifts": True,
    "unique_gifts": True,
    "premium_subscription": True,
    "gifts_from_channels": True,
}
MAX_REACTIONS = 11
ACCENT_COLORS = 7


async def get_chat(call: Call) -> dict[str, Any]:
    chat = find_chat(call, "read")
    shown = chat.to_json()
    if chat.user is not None and chat.user.username:
        shown["active_usernames"] = [chat.user.username]
    if chat.user is None:
        shown["permissions"] = {"can_send_messages": True}
    shown["accepted_gift_types"] = GIFT_TYPES
    shown["max_reaction_count"] = MAX_REACTIONS
    shown["accent_color_id"] = abs(chat.id) % ACCENT_COLORS
    return shown


async def get_user_profile_photos(call: Call) -> dict[str, Any]:
    """The people of a playground have no pictures, so the list is empty; the checks are the real ones."""
    find_user(call)
    return {"total_count": 0, "photos": []}
