"""Undelivered messages: people who are out of reach, messages that were given up, trying those again."""

from bot.screens.routes import Family
from handlers.delivery.errors import ERRORS
from handlers.delivery.notices import NOTICES
from handlers.delivery.routes import routes

family = Family(name="delivery", routes=routes, errors=ERRORS, notices=NOTICES)
