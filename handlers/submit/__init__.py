"""Submitting work: a new order, or one that was assigned or came back."""

from bot.screens.routes import Family
from handlers.submit.errors import ERRORS
from handlers.submit.form import SUBMIT
from handlers.submit.routes import routes

family = Family(name="submit", routes=routes, forms=(SUBMIT,), errors=ERRORS)
