"""The people of the organization: the list, a person's card, links that let somebody in."""

from bot.screens.routes import Family
from handlers.people.errors import ERRORS
from handlers.people.form import INVITE
from handlers.people.notices import NOTICES
from handlers.people.routes import routes

family = Family(name="people", routes=routes, forms=(INVITE,), errors=ERRORS, notices=NOTICES)
