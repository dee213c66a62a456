"""Who may do what: one table, and the decorator that holds every use case to it."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Any, Concatenate, Final, ParamSpec, TypeVar
from uuid import UUID

from domain.accounts.model import SYSTEM_USER_ID, Role
from domain.errors import NotAllowed

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")
F = TypeVar("F", bound=Callable[..., object])


class Permission(StrEnum):
    USE_OWN_ACCOUNT = auto()
    """Password, log-out, own profile."""
    SUBMIT_ORDERS = auto()
    SEE_OWN_ORDERS = auto()
    SEE_ALL_ORDERS = auto()
    DECIDE_ORDERS = auto()
    ASSIGN_ORDERS = auto()
    SEE_OWN_PAY = auto()
    SEE_ALL_PAY = auto()
    APPEAL_FINES = auto()
    MANAGE_PAY = auto()
    """Rates, fixed pay, bonuses, fines, corrections, appeals."""
    CLOSE_MONTHS = auto()
    MANAGE_PEOPLE = auto()
    MANAGE_SETTINGS = auto()
    """Categories, templates, the organization."""
    MANAGE_DELIVERY = auto()
    """Messages that could not be delivered."""


OWN: Final = frozenset({Permission.USE_OWN_ACCOUNT})
PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.WORKER: OWN
    | {
        Permission.SUBMIT_ORDERS,
        Permission.SEE_OWN_ORDERS,
        Permission.SEE_OWN_PAY,
        Permission.APPEAL_FINES,
    },
    Role.ADMIN: OWN
    | {
        Permission.SEE_ALL_ORDERS,
        Permission.DECIDE_ORDERS,
        Permission.ASSIGN_ORDERS,
        Permission.SEE_ALL_PAY,
        Permission.MANAGE_PAY,
        Permission.CLOSE_MONTHS,
        Permission.MANAGE_PEOPLE,
        Permission.MANAGE_SETTINGS,
        Permission.MANAGE_DELIVERY,
    },
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as the gate found them in this transaction."""

    user_id: UUID
    name: str
    role: Role
    chat_id: int | None = None

    def may(self, permission: Permission) -> bool:
        return self.user_id == SYSTEM_USER_ID or permission in PERMISSIONS[self.role]


SYSTEM: Final = Actor(SYSTEM_USER_ID, "System", Role.ADMIN)
"""The scheduler and the command line."""


def use_case(
    permission: Permission,
) -> Callable[[Callable[Concatenate[S, P], Awaitable[R]]], Callable[Concatenate[S, P], Coroutine[Any, Any, R]]]:
    """Declares what a service's method needs. Its keyword `actor` is checked before anything else.

    A public method of a service has it, or `open_to_strangers`: a test finds the one that was forgotten.

    Raises (the decorated method):
        NotAllowed: The actor's role does not include the permission.
    """

    def decorate(
        method: Callable[Concatenate[S, P], Awaitable[R]],
    ) -> Callable[Concatenate[S, P], Coroutine[Any, Any, R]]:
        async def checked(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
            actor = kwargs.get("actor")
            if not isinstance(actor, Actor) or not actor.may(permission):
                raise NotAllowed(permission=permission)
            return await method(self, *args, **kwargs)

        functools.update_wrapper(checked, method)
        checked.permission = permission  # type: ignore[attr-defined]
        return checked

    return decorate


def open_to_strangers(why: str) -> Callable[[F], F]:
    """Declares that a service's method takes no actor, and `why` anybody may call it."""

    def decorate(method: F) -> F:
        method.open_because = why  # type: ignore[attr-defined]
        return method

    return decorate
