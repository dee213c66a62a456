"""The formats of a `date_time` entity: letters such as `wDT`, kept in Telegram's own order."""

from __future__ import annotations

from typing import Literal


def date_time_format(letters: str, *, winner: Literal["short", "last"]) -> str | None:
    """`letters` as Telegram writes them back: `r`, or `w`, then `d` or `D`, then `t` or `T`; None if they are refused.

    Of both a short (`t`) and a long (`T`) form, markup keeps the short one, and an explicitly given entity the last.
    """
    if letters in ("r", "R"):
        return "r"
    if not set(letters) <= set("tTdDwW"):
        return None
    weekday = "w" if "w" in letters or "W" in letters else ""
    return weekday + _precision(letters, "d", winner) + _precision(letters, "t", winner)


def _precision(letters: str, short: str, winner: Literal["short", "last"]) -> str:
    long = short.upper()
    if winner == "short":
        return short if short in letters else long if long in letters else ""
    at, long_at = letters.rfind(short), letters.rfind(long)
    return "" if at == long_at else short if at > long_at else long
