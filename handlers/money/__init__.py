"""A worker's money: this month, invoices, and why each amount is what it is."""

from bot.screens.routes import Family
from handlers.money.errors import ERRORS
from handlers.money.notices import NOTICES
from handlers.money.routes import routes

family = Family(name="money", routes=routes, errors=ERRORS, notices=NOTICES)
