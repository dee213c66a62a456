"""All tours, in a language; and what they have to show."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from tests.catalogue.office import Tour, Toured, toured
from tests.catalogue.recorder import Shown, public_views
from tests.catalogue.tours import account, delivery, home, money, months, orders, pay, people, review, submit
from tests.catalogue.words import Words
from tests.support.databases import Databases

TOURS: Final[Mapping[str, Tour]] = {
    "home": home.tour,
    "submit": submit.tour,
    "orders": orders.tour,
    "review": review.tour,
    "money": money.tour,
    "pay": pay.tour,
    "months": months.tour,
    "account": account.tour,
    "people": people.tour,
    "delivery": delivery.tour,
}
"""By family, in the order of the catalogue."""


@dataclass(frozen=True)
class Catalogue:
    language: str
    words: Words
    tours: tuple[Toured, ...]

    @cached_property
    def shown(self) -> tuple[Shown, ...]:
        return tuple(shown for tour in self.tours for shown in tour.shown)

    @property
    def problems(self) -> list[str]:
        return [f"{tour.name}: {problem}" for tour in self.tours for problem in tour.problems]

    def missing(self) -> list[str]:
        """Views, and questions of forms, that no tour has shown."""
        from handlers.registration import FAMILIES  # noqa: PLC0415 - after the recorder has patched what it watches

        seen = {maker for shown in self.shown for maker in shown.makers} | {shown.view for shown in self.shown}
        steps = {f"{form.name}: {step.name}" for family in FAMILIES for form in family.forms for step in form.steps}
        return sorted((public_views() | steps) - seen)


def tour_all(language: str, words: Words, databases: Databases | None = None) -> Catalogue:
    """The catalogue in a language. It takes half a minute."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        given = databases or Databases("catalogue", folder, with_postgres=False)
        seen = (toured(family, tour, given, folder / family, words, language) for family, tour in TOURS.items())
        return Catalogue(language, words, tuple(seen))
