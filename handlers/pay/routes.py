"""/pay, /bonus, /fine, /rate, /fixedpay, and the buttons that open the same forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.screens.context import OpsContext
from bot.screens.menus import Menu, constant
from bot.screens.routes import Routes
from domain.accounts.model import Role
from domain.pay.rate_list import RateList
from handlers.pay import views
from handlers.pay.form import BONUS, FINE, FIXED_PAY, RATE, PayDraft
from handlers.pay.payloads import BonusFor, FineFor, GiveBonus, IssueFine, RateFor, SetFixedPay, SetRate

if TYPE_CHECKING:
    from bot.screens.form import Form, Shown
    from bot.screens.payloads import Payload
    from bot.screens.screen import Button
    from domain.access import Actor
    from domain.unit_of_work import UnitOfWork

routes = Routes()


@routes.command("pay", views.title_of_pay, Role.ADMIN, order=4, in_menu=True)
async def pay(context: OpsContext) -> Shown:
    return await context.homes.menu(Menu.PAY, views.menu_title(), context.unit, context.actor)


@routes.command("bonus", views.title_of_bonus, Role.ADMIN, order=41)
@routes.button(GiveBonus)
async def give_bonus(context: OpsContext, tapped: GiveBonus = GiveBonus()) -> Shown:
    return await _about_a_worker(context, BONUS, tapped)


@routes.command("fine", views.title_of_fine, Role.ADMIN, order=42)
@routes.button(IssueFine)
async def issue_fine(context: OpsContext, tapped: IssueFine = IssueFine()) -> Shown:
    return await _about_a_worker(context, FINE, tapped)


@routes.command("fixedpay", views.title_of_fixed_pay, Role.ADMIN, order=44)
@routes.button(SetFixedPay)
async def set_fixed_pay(context: OpsContext, tapped: SetFixedPay = SetFixedPay()) -> Shown:
    return await _about_a_worker(context, FIXED_PAY, tapped)


async def _about_a_worker(context: OpsContext, form: Form[PayDraft], tapped: Payload) -> Shown:
    if not (await context.services.payees.payees(size=1, actor=context.actor)).total:
        return views.nobody()
    return await context.forms.start(context, form, PayDraft(), by=tapped)


@routes.button(BonusFor, FineFor)
async def for_one(context: OpsContext, tapped: BonusFor | FineFor) -> Shown:
    worker = await context.services.payees.payee(tapped.worker_id, actor=context.actor)
    form = BONUS if isinstance(tapped, BonusFor) else FINE
    draft = PayDraft(worker_id=worker.worker_id, worker_name=worker.name)
    return await context.forms.start(context, form, draft, by=tapped)


@routes.command("rate", views.title_of_rate, Role.ADMIN, order=43)
@routes.button(SetRate)
async def set_rate(context: OpsContext, tapped: SetRate = SetRate()) -> Shown:
    return await context.forms.start(context, RATE, PayDraft(month_to_close=tapped.month), by=tapped)


@routes.button(RateFor)
async def rate_for(context: OpsContext, tapped: RateFor) -> Shown:
    category = await context.services.rate_list.priced_category(tapped.category_id, actor=context.actor)
    draft = PayDraft(category_id=category.category_id, category=category.name, month_to_close=tapped.month)
    return await context.forms.start(context, RATE, draft, by=tapped)


async def _unpriced_button(unit: UnitOfWork, actor: Actor) -> Button | None:
    """Only while work cannot be paid."""
    lacking = await RateList(unit).unpriced_categories(actor=actor)
    return views.unpriced_button(lacking) if lacking else None


routes.entry(Menu.HOME, Role.ADMIN, 25, _unpriced_button)
routes.entry(Menu.PAY, Role.ADMIN, 10, constant(views.rates_button))
routes.entry(Menu.PAY, Role.ADMIN, 10, constant(views.fixed_pay_button), order=1)
routes.entry(Menu.PAY, Role.ADMIN, 20, constant(views.bonus_button))
routes.entry(Menu.PAY, Role.ADMIN, 20, constant(views.fine_button), order=1)
