"""Files that a phone has sent, as the bot knows them."""

from __future__ import annotations

from typing import Any

from domain.files.naming import FileKind
from domain.orders.drafts import DraftFile
from playground.phone import Phone


async def photo_of(phone: Phone, message_id: int) -> DraftFile:
    """The picture of a message."""
    size = (await _message(phone, message_id))["photo"][-1]
    return DraftFile(size["file_id"], size["file_unique_id"], "", "image/jpeg", size["file_size"], FileKind.PHOTO)


async def document_of(phone: Phone, message_id: int) -> DraftFile:
    """The document of a message."""
    file = (await _message(phone, message_id))["document"]
    return DraftFile(
        file["file_id"],
        file["file_unique_id"],
        file["file_name"],
        file["mime_type"],
        file["file_size"],
        FileKind.DOCUMENT,
    )


async def _message(phone: Phone, message_id: int) -> dict[str, Any]:
    """A message of the chat. An answer to it tells the bot of it again: the inbox forgets it once it is answered."""
    told = await phone.bot.call(
        "sendMessage", chat_id=phone.user_id, text="…", reply_parameters={"message_id": message_id}
    )
    await phone.bot.call("deleteMessage", chat_id=phone.user_id, message_id=told["result"]["message_id"])
    message: dict[str, Any] = told["result"]["reply_to_message"]
    return message
