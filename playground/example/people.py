"""Who is here: everybody who wrote to the bot since it started. Kept in memory; a restart forgets all."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from telegram.constants import ChatMemberStatus, ChatType

if TYPE_CHECKING:
    from telegram import Update

    from playground.example.bot import Context


@dataclass(slots=True)
class Person:
    """Somebody with a private chat; its id is theirs."""

    id: int
    name: str

    @property
    def html(self) -> str:
        return f"<b>{escape(self.name)}</b>"


class People:
    """The people who are here, by id."""

    def __init__(self) -> None:
        self._known: dict[int, Person] = {}

    async def notice(self, update: Update, _: Context) -> None:
        """Before anything else is done with an update: remembers whom it is from."""
        user, chat = update.effective_user, update.effective_chat
        if user is None or chat is None or chat.type != ChatType.PRIVATE:
            return
        if update.my_chat_member is None:
            self._known.setdefault(user.id, Person(user.id, user.first_name))
        elif update.my_chat_member.new_chat_member.status == ChatMemberStatus.BANNED:
            self.forget(user.id)  # They blocked the bot.

    def of(self, update: Update) -> Person:
        """Whom an update is from."""
        user = update.effective_user
        if user is None:
            raise ValueError("Only channel posts are from nobody, and no handler takes them.")
        return self._known.get(user.id) or Person(user.id, user.first_name)

    def others(self, person: Person) -> list[Person]:
        return [each for each in self._known.values() if each.id != person.id]

    def forget(self, person_id: int) -> None:
        self._known.pop(person_id, None)
