"""What the services and queries of pay have in common."""

from __future__ import annotations

from domain.unit_of_work import UnitOfWork


class UseCases:
    """Of one transaction."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._session = unit.session
