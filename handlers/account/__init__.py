"""Getting in and out, and one's own password."""

from bot.screens.routes import Family
from handlers.account.errors import ERRORS
from handlers.account.form import LOG_IN, PASSWORD
from handlers.account.notices import NOTICES
from handlers.account.routes import routes

family = Family(name="account", routes=routes, forms=(LOG_IN, PASSWORD), errors=ERRORS, notices=NOTICES)
