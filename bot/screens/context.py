"""The context that handlers get: who acts, the services of this update's transaction, where to put what is shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from telegram.ext import CallbackContext, ExtBot

from bot.screens.payloads import Payload, unpack
from bot.screens.scope import UpdateScope, current_scope
from domain.accounts.login_service import LoginService
from domain.accounts.passwords import Passwords
from domain.accounts.service import AccountService
from domain.accounts.token_hasher import TokenHasher
from domain.notifications.delivery import DeliveryService
from domain.notifications.queries import DeliveryQueries
from domain.orders.categories import CategoryService
from domain.orders.queries import OrderQueries
from domain.orders.reviews import ReviewQueries
from domain.orders.service import OrderService
from domain.pay.bonuses import BonusService
from domain.pay.closing import Closing, MonthEnd, MonthEndService
from domain.pay.earnings import EarningsQueries
from domain.pay.fines import FineService
from domain.pay.fixed_pay import FixedPayService
from domain.pay.invoices import InvoiceQueries
from domain.pay.line_sources import LineSourceQueries
from domain.pay.payees import PayeeQueries
from domain.pay.rate_list import RateList

if TYPE_CHECKING:
    from bot.screens.drafts import Drafts
    from bot.screens.form_engine import FormEngine
    from bot.screens.homes import Homes
    from bot.screens.screen import Screen
    from domain.access import Actor
    from domain.organization import Organization
    from domain.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Tools:
    """What services need beside their transaction; made once, by the composition root."""

    keys: TokenHasher
    passwords: Passwords
    month_end: MonthEnd
    file_limit_mb: int
    """The largest file that the Bot API server hands out, in MB: Telegram's own 20, one with `--local` 2,000."""


@dataclass(frozen=True, slots=True)
class Kit:
    """The parts of the kit that handlers ask; made once, from what the families declare."""

    forms: FormEngine
    homes: Homes


class Services:
    """The domain's services in one transaction; each is made when it is first asked for."""

    def __init__(self, unit: UnitOfWork, tools: Tools) -> None:
        self._unit = unit
        self._tools = tools

    @cached_property
    def entrance(self) -> LoginService:
        return LoginService(self._unit, self._tools.keys, self._tools.passwords)

    @cached_property
    def accounts(self) -> AccountService:
        return AccountService(self._unit, self._tools.keys, self._tools.passwords)

    @cached_property
    def orders(self) -> OrderService:
        return OrderService(self._unit)

    @cached_property
    def order_queries(self) -> OrderQueries:
        return OrderQueries(self._unit)

    @cached_property
    def reviews(self) -> ReviewQueries:
        return ReviewQueries(self._unit)

    @cached_property
    def categories(self) -> CategoryService:
        return CategoryService(self._unit)

    @cached_property
    def payees(self) -> PayeeQueries:
        return PayeeQueries(self._unit)

    @cached_property
    def rate_list(self) -> RateList:
        return RateList(self._unit)

    @cached_property
    def fixed_pay(self) -> FixedPayService:
        return FixedPayService(self._unit)

    @cached_property
    def bonuses(self) -> BonusService:
        return BonusService(self._unit)

    @cached_property
    def fines(self) -> FineService:
        return FineService(self._unit)

    @cached_property
    def earnings(self) -> EarningsQueries:
        return EarningsQueries(self._unit)

    @cached_property
    def invoices(self) -> InvoiceQueries:
        return InvoiceQueries(self._unit)

    @cached_property
    def line_sources(self) -> LineSourceQueries:
        return LineSourceQueries(self._unit)

    @cached_property
    def closing(self) -> Closing:
        return Closing(self._unit)

    @cached_property
    def month_end(self) -> MonthEndService:
        return MonthEndService(self._unit, self._tools.month_end)

    @cached_property
    def delivery(self) -> DeliveryService:
        return DeliveryService(self._unit)

    @cached_property
    def delivery_queries(self) -> DeliveryQueries:
        return DeliveryQueries(self._unit)


class OpsContext(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[str, Any]]):
    """A typed context. It lives as long as its update's transaction."""

    @property
    def scope(self) -> UpdateScope:
        return current_scope()

    @property
    def unit(self) -> UnitOfWork:
        return self.scope.unit

    @property
    def organization(self) -> Organization:
        return self.unit.organization

    @property
    def drafts(self) -> Drafts:
        """The drafts of this chat's forms."""
        return self.scope.drafts

    @property
    def forms(self) -> FormEngine:
        return self._kit.forms

    @property
    def homes(self) -> Homes:
        return self._kit.homes

    @property
    def _kit(self) -> Kit:
        kit: Kit = self.application.bot_data["kit"]
        return kit

    @property
    def actor(self) -> Actor:
        """Who acts.

        Raises:
            RuntimeError: a handler that the gate lets strangers reach asks for it.
        """
        actor = self.scope.standing.actor
        if actor is None:
            raise RuntimeError("this handler is open to strangers, who are no actors")
        return actor

    @cached_property
    def services(self) -> Services:
        return Services(self.unit, self.tools)

    @property
    def tools(self) -> Tools:
        tools: Tools = self.application.bot_data["tools"]
        return tools

    @cached_property
    def payload(self) -> Payload | None:
        """What the tapped button carries; None for a forged or an outdated one."""
        query = self.scope.update.callback_query
        return unpack(query.data) if query is not None and query.data is not None else None

    def show(self, screen: Screen) -> None:
        """Puts a screen on the way: it is stored with the commit and sent after it, after those before it."""
        self.scope.screens.append(screen)
