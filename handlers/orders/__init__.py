"""Lists of orders, and a worker's own: the card, its files, its long texts."""

from bot.screens.routes import Family
from handlers.orders.errors import ERRORS
from handlers.orders.notices import NOTICES
from handlers.orders.routes import routes

family = Family(name="orders", routes=routes, errors=ERRORS, notices=NOTICES)
