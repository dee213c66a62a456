"""What could not be delivered: who is out of reach, which messages were given up, and trying those again."""

from __future__ import annotations

from handlers.delivery.handlers import add_entrances, add_screens
from handlers.delivery.notices import NOTICES
from handlers.errors import fixed
from handlers.family import Family

WORDS = {
    "not_given_up": fixed("That message is on its way again, or it has arrived."),
    "out_of_reach": fixed(
        "That person has no chat with the bot now. Once they have opened their invite, or unblocked the bot, try again."
    ),
}

family = Family(add_entrances=add_entrances, add_screens=add_screens, words=WORDS, notices=NOTICES)
