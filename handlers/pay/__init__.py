"""Pay: what goes into it, a worker's month and invoices, closing a month, and the messages about all of that."""

from __future__ import annotations

from bot.screens.interface import App
from handlers.family import Family
from handlers.pay import closing, entry, worker
from handlers.pay.notices import NOTICES
from handlers.pay.words import WORDS


def _add_entrances(app: App) -> None:
    for screens in (entry, worker, closing):
        screens.add_entrances(app)


def _add_screens(app: App) -> None:
    for screens in (entry, worker, closing):
        screens.add_screens(app)


family = Family(add_entrances=_add_entrances, add_screens=_add_screens, words=WORDS, notices=NOTICES)
