"""Checking work: the queue, an order's card, decisions, undo, reasons."""

from bot.screens.routes import Family
from handlers.review.errors import ERRORS
from handlers.review.form import HOW_MANY, WHY
from handlers.review.notices import NOTICES
from handlers.review.routes import routes

family = Family(name="review", routes=routes, forms=(HOW_MANY, WHY), errors=ERRORS, notices=NOTICES)
