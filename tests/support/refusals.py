"""Every refusal there is: all classes of errors, examples of each, and the table of their sentences."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, date, datetime, time
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, Final, cast
from uuid import UUID
from zoneinfo import ZoneInfo

import bot
import domain
import handlers
from bot.screens.context import OpsContext
from bot.screens.errors import ErrorTexts
from bot.screens.interface import App, Interface
from domain.access import Permission
from domain.accounts.model import Role
from domain.accounts.passwords import Reason
from domain.clock import Month
from domain.errors import DomainError
from domain.orders.model import OrderStatus
from domain.organization import Organization, QuietHours
from domain.pay.model import AppealStatus
from handlers.registration import FAMILIES, register


def _import_all(package: Any) -> None:
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)


for each in (domain, bot, handlers):
    _import_all(each)

AGENCY: Final = Organization("MT Web Experts", ZoneInfo("Asia/Karachi"), "PKR", QuietHours(time(22), time(8)))
CONTEXT: Final = cast("OpsContext", SimpleNamespace(organization=AGENCY))


def _with_subclasses(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _with_subclasses(child)


ERRORS: Final = sorted(
    {kind for kind in _with_subclasses(DomainError) if kind.__module__.split(".")[0] != "tests"},
    key=lambda kind: kind.__name__,
)
TEXTS: Final = ErrorTexts(*(family.errors for family in FAMILIES))
SAMPLES: Final[dict[str, tuple[object, ...]]] = {
    "str": ("Muhammad Abdullah Chaudhry",),
    "str | None": ("INV-2026-000123", None),
    "int": (100_000,),
    "bool": (True, False),
    "UUID": (UUID(int=1),),
    "date": (date(2026, 11, 15),),
    "datetime": (datetime(2026, 11, 15, 9, tzinfo=UTC),),
    "datetime | None": (datetime(2026, 11, 15, 9, tzinfo=UTC), None),
    "Decimal": (Decimal("99999999.99"),),
    "Decimal | None": (Decimal("99999999.99"), None),
    "Month": (Month(2026, 9),),
    "Permission | None": (Permission.MANAGE_PAY, None),
    "Role": tuple(Role),
    "OrderStatus": tuple(OrderStatus),
    "AppealStatus": tuple(AppealStatus),
    "tuple[object, ...]": ((12_345, 12), (Decimal("1234.50"),), (Month(2026, 9),), (date(2026, 11, 15),)),
    "tuple[str, ...]": ((), ("category", "title"), ("Muhammad Abdullah Chaudhry",) * 20),
    "tuple[Reason, ...]": ((), *((reason,) for reason in Reason)),
}
"""By the type of an error's field, as it is written there."""


def examples(kind: type[DomainError]) -> Iterator[DomainError]:
    """Instances of an error; each value of each field occurs."""
    choices = {field.name: SAMPLES[str(field.type)] for field in fields(kind)}
    for number in range(max((len(values) for values in choices.values()), default=1)):
        for shift in range(2):
            yield kind(
                **{
                    name: values[(number + shift * place) % len(values)]
                    for place, (name, values) in enumerate(choices.items())
                }
            )


def seam() -> Interface:
    """What the handlers give to the edge, without a bot."""
    nothing = SimpleNamespace(
        bot_data={}, add_handler=lambda *_args, **_more: None, add_error_handler=lambda _handler: None
    )
    return register(cast("App", nothing))
