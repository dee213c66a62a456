"""`python -m tests.faults.storm.bot WORKERS_AT_ONCE [POINT PASSING]`: the bot, closing a month for so few workers at a
time that it takes many batches. With a point it is killed there.
"""

from __future__ import annotations

import sys
from functools import partial

from bot import application
from domain.pay.closing import MonthEnd
from main import app  # noqa: TID251 - this is the command line, with small batches
from tests.faults.crashing_bot import arm

if __name__ == "__main__":
    workers_at_once, *point = sys.argv[1:]
    vars(application)["MonthEnd"] = partial(MonthEnd, workers_at_once=int(workers_at_once))
    if point:
        name, passing = point
        arm(name, int(passing))
    app(["run"])
