"""The parts of pay: bonuses, fines, rates, fixed pay."""

from bot.screens.routes import Family
from handlers.pay.errors import ERRORS
from handlers.pay.form import BONUS, FINE, FIXED_PAY, RATE
from handlers.pay.notices import NOTICES
from handlers.pay.routes import routes

family = Family(name="pay", routes=routes, forms=(BONUS, FINE, RATE, FIXED_PAY), errors=ERRORS, notices=NOTICES)
