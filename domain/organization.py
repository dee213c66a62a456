"""What is true for the whole organization while the program runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.clock import Month, local_day, month_of


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when until when only direct answers are sent, in the organization's zone. The same time twice: never."""

    begin: time
    end: time

    def contain(self, moment: time) -> bool:
        if self.begin <= self.end:
            return self.begin <= moment < self.end
        return moment >= self.begin or moment < self.end


@dataclass(frozen=True, slots=True)
class Organization:
    name: str
    zone: ZoneInfo
    currency: str
    """ISO 4217."""
    quiet_hours: QuietHours

    def month(self, instant: datetime) -> Month:
        return month_of(instant, self.zone)

    def speaking_time(self, instant: datetime) -> datetime:
        """The instant itself, or the end of the quiet hours that it lies in."""
        local = instant.astimezone(self.zone)
        if not self.quiet_hours.contain(local.time()):
            return instant
        day = local_day(instant, self.zone)
        end = datetime.combine(day, self.quiet_hours.end, tzinfo=self.zone)
        if end <= local:
            end = datetime.combine(day + timedelta(days=1), self.quiet_hours.end, tzinfo=self.zone)
        return end.astimezone(UTC)
