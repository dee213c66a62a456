"""What a phone shows, in the words of the tests."""

from __future__ import annotations

from playground.phone import Phone, Screen, ShownMessage


async def said(phone: Phone) -> list[str]:
    """What the bot wrote in the chat, oldest first."""
    return [each.text for each in (await phone.screen()).messages if not each.is_mine]


async def shown(phone: Phone, text: str) -> int:
    """How many of the bot's messages hold a text."""
    return sum(text in each for each in await said(phone))


def shows(screen: Screen, message_id: int) -> bool:
    return any(message.id == message_id for message in screen.messages)


def newest(screen: Screen, text: str) -> ShownMessage:
    return next(message for message in reversed(screen.messages) if text in message.text)


def labels(message: ShownMessage) -> list[str]:
    return [button.text for button in message.buttons]
