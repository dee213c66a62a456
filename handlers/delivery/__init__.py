"""What could not be delivered: who is out of reach, which messages were given up, and trying those again."""

from __future__ import annotations

from bot.screens.errors import ErrorTexts
from bot.screens.i18n import _
from domain.errors.messages import NotGivenUp, OutOfReach
from handlers.delivery.handlers import add_entrances, add_screens
from handlers.delivery.notices import NOTICES
from handlers.family import Family

WORDS = ErrorTexts()
WORDS.add(
    NotGivenUp, lambda _error, _context: _("That message is on its way again, or it has arrived. Nothing was changed.")
)
WORDS.add(
    OutOfReach,
    lambda _error, _context: _(
        "That person has no chat with the bot now. Try again after they open their invite, or unblock the bot."
    ),
)

family = Family(add_entrances=add_entrances, add_screens=add_screens, words=WORDS, notices=NOTICES)
