"""All handlers in their order, and what they give to the edge."""

from __future__ import annotations

from bot.screens.gate import Gate
from bot.screens.interface import App, Interface, Notice
from handlers.account import family as account
from handlers.delivery import family as delivery
from handlers.errors import Explanations
from handlers.family import Family
from handlers.home import handlers as home
from handlers.home import notices as home_notices
from handlers.home import views as home_views
from handlers.orders.handlers import family as orders
from handlers.pay import family as pay
from handlers.review.handlers import family as review
from handlers.submit.handlers import family as submit

FAMILIES: tuple[Family, ...] = (account, review, pay, submit, orders, delivery)


def register(app: App) -> Interface:
    """Adds the handlers: what works from anywhere first, the conversations and screens, what is left over last."""
    explanations = Explanations()
    notices = dict(home_notices.NOTICES)
    home.register_first(app)
    for family in FAMILIES:
        family.add_entrances(app)
        explanations.texts.include(family.words)
        for truth in family.truths:
            explanations.add_truth(truth)
        notices.update(family.notices)
    for family in FAMILIES:
        family.add_screens(app)
    home.register_last(app)
    return Interface(
        gate=Gate(
            commands=frozenset({"help", "cancel"}).union(*(family.open_commands for family in FAMILIES)),
            conversations=frozenset[str]().union(*(family.open_conversations for family in FAMILIES)),
            payloads=frozenset(payload for family in FAMILIES for payload in family.open_payloads),
            closed=home_views.closed,
        ),
        # By the text that is stored with a notification.
        notices={kind.value: view for kind, view in notices.items()},
        menus=home_views.menus(),
        description=home_views.description,
        failure=home_views.failure,
        explain=explanations.explain,
        secret_steps=frozenset[tuple[str, str]]().union(*(family.secret_steps for family in FAMILIES)),
    )
