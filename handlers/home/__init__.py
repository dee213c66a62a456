"""Home, menus, help, Cancel, and what is said where nothing else fits."""

from bot.screens.routes import Family
from handlers.home.errors import ERRORS
from handlers.home.notices import NOTICES
from handlers.home.routes import routes

family = Family(name="home", routes=routes, errors=ERRORS, notices=NOTICES)
