"""Time: a clock that tests can set, and the one way from an instant to the organization's month.

Instants are timezone-aware and UTC. A month is a calendar month in the organization's zone: from the instant at which
its first day begins, up to and without the instant at which the next month's does. Everything that asks "which month?"
asks `month_of`; everything that filters by month uses `Month.instants`; the two agree for every instant and zone.
"""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from re import compile as pattern
from typing import Final, Protocol, Self
from zoneinfo import ZoneInfo

from domain.errors.months import InvalidMonth

_WRITTEN: Final = pattern(r"(\d{4})-(\d{2})")


class Clock(Protocol):
    def now(self) -> datetime:
        """The current instant: timezone-aware, UTC."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """A calendar month. Years outside of 1900 to 2999 are typing mistakes, and are refused."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1900 <= self.year <= 2999 and 1 <= self.month <= 12):
            raise InvalidMonth(typed=str(self))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads "2026-10".

        Raises:
            InvalidMonth: Anything else.
        """
        match = _WRITTEN.fullmatch(text.strip()) if text.isascii() else None
        if match is None:
            raise InvalidMonth(typed=text)
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @classmethod
    def containing(cls, day: date) -> Self:
        return cls(day.year, day.month)

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.month, self.days)

    @property
    def days(self) -> int:
        return calendar.monthrange(self.year, self.month)[1]

    def next(self) -> Self:
        return type(self)(self.year + 1, 1) if self.month == 12 else type(self)(self.year, self.month + 1)

    def previous(self) -> Self:
        return type(self)(self.year - 1, 12) if self.month == 1 else type(self)(self.year, self.month - 1)

    def contains(self, day: date) -> bool:
        """Whether a calendar day is in this month. An instant has no day without a zone: ask `month_of` about those."""
        if isinstance(day, datetime):
            raise TypeError("an instant is in a month only in some zone: month_of(instant, zone)")
        return (day.year, day.month) == (self.year, self.month)

    def start(self, zone: ZoneInfo) -> datetime:
        """The instant at which the month begins in `zone`.

        Where the clocks skip midnight, that is the moment after the gap; where midnight comes twice, the first one.
        """
        return datetime(self.year, self.month, 1, tzinfo=zone).astimezone(UTC)

    def instants(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Half-open: [first, next first)."""
        return self.start(zone), self.next().start(zone)


def month_of(instant: datetime, zone: ZoneInfo) -> Month:
    """The organization's month in which an instant lies."""
    month = Month.containing(local_day(instant, zone))
    following = month.next()
    # St. John's set its clocks back at 00:01 on 1 November 2009: the last hour of October came again after November had
    # begun. A month that has begun does not end again.
    return following if instant >= following.start(zone) else month


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """The calendar day that people in `zone` have at an instant."""
    return aware(instant).astimezone(zone).date()


def aware(instant: datetime) -> datetime:
    """The same instant, in UTC.

    Raises:
        ValueError: It has no time zone, so nobody can say which instant it is.
    """
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise ValueError(f"an instant needs a time zone: {instant.isoformat()}")
    return instant.astimezone(UTC)
