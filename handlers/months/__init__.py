"""Months: what closing one would do, and closing it."""

from bot.screens.routes import Family
from handlers.months.errors import ERRORS
from handlers.months.notices import NOTICES
from handlers.months.routes import routes

family = Family(name="months", routes=routes, errors=ERRORS, notices=NOTICES)
