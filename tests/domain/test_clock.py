"""From instants to months and back, in zones that make it hard."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clock import Month, SystemClock, aware, local_day, month_of
from domain.errors.months import InvalidMonth

KARACHI = ZoneInfo("Asia/Karachi")
NEW_YORK = ZoneInfo("America/New_York")
ST_JOHNS = ZoneInfo("America/St_Johns")

zones = st.sampled_from(
    [
        *(KARACHI, NEW_YORK, ST_JOHNS, ZoneInfo("UTC")),
        ZoneInfo("Africa/Cairo"),  # skips midnight
        ZoneInfo("America/Asuncion"),  # skipped midnight on 1 October 2017, among others
        ZoneInfo("Asia/Kathmandu"),  # +05:45
        ZoneInfo("Australia/Lord_Howe"),  # half an hour of summer time
        ZoneInfo("Pacific/Apia"),  # had no 30 December 2011
        ZoneInfo("Pacific/Kiritimati"),  # +14:00
        ZoneInfo("Etc/GMT+12"),
    ]
)
months = st.builds(Month, st.integers(1970, 2100), st.integers(1, 12))
instants = st.datetimes(datetime(1970, 2, 1), datetime(2099, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001


class TestMonth:
    def test_its_days(self) -> None:
        assert Month(2026, 10).days == 31
        assert Month(2026, 2).days == 28
        assert Month(2028, 2).days == 29
        assert Month(2000, 2).days == 29
        assert Month(2100, 2).days == 28
        assert Month(2028, 2).last == date(2028, 2, 29)
        assert Month(2028, 2).first == date(2028, 2, 1)

    def test_its_neighbours(self) -> None:
        assert Month(2026, 12).next() == Month(2027, 1)
        assert Month(2027, 1).previous() == Month(2026, 12)
        assert Month(2026, 9) < Month(2026, 10) < Month(2027, 1)

    def test_its_days_are_contained(self) -> None:
        october = Month(2026, 10)
        assert october.contains(date(2026, 10, 1))
        assert october.contains(date(2026, 10, 31))
        assert not october.contains(date(2026, 11, 1))
        assert not october.contains(date(2025, 10, 1))

    def test_an_instant_is_in_no_month_without_a_zone(self) -> None:
        with pytest.raises(TypeError, match="month_of"):
            Month(2026, 10).contains(datetime(2026, 10, 1, tzinfo=UTC))

    @pytest.mark.parametrize("text", ["2026-10", " 2026-10\n"])
    def test_reading(self, text: str) -> None:
        assert Month.parse(text) == Month(2026, 10)

    @pytest.mark.parametrize(
        "text",
        ["", "2026", "2026-13", "2026-00", "2026-1", "26-10", "2026/10", "10-2026", "2026-10-01", "٢٠٢٦-١٠", "0001-01"],
    )
    def test_what_is_no_month_is_refused(self, text: str) -> None:
        with pytest.raises(InvalidMonth):
            Month.parse(text)

    @given(months)
    def test_written_and_read(self, month: Month) -> None:
        assert Month.parse(str(month)) == month
        assert month.next().previous() == month
        assert (month.next().first - month.first).days == month.days


class TestMonthOfAnInstant:
    @pytest.mark.parametrize(
        ("instant", "zone", "month"),
        [
            (datetime(2026, 9, 30, 18, 59, 59, 999999, tzinfo=UTC), KARACHI, Month(2026, 9)),
            (datetime(2026, 9, 30, 19, 0, tzinfo=UTC), KARACHI, Month(2026, 10)),
            (datetime(2026, 10, 1, 3, 59, tzinfo=UTC), NEW_YORK, Month(2026, 9)),
            (datetime(2026, 10, 1, 4, 0, tzinfo=UTC), NEW_YORK, Month(2026, 10)),
            (datetime(2026, 12, 1, 4, 59, tzinfo=UTC), NEW_YORK, Month(2026, 11)),  # no summer time any more
            (datetime(2026, 12, 1, 5, 0, tzinfo=UTC), NEW_YORK, Month(2026, 12)),
            (datetime(2028, 2, 29, 18, 59, tzinfo=UTC), KARACHI, Month(2028, 2)),
            (datetime(2026, 12, 31, 19, 0, tzinfo=UTC), KARACHI, Month(2027, 1)),
            (datetime(2026, 10, 1, 0, 0, tzinfo=KARACHI), NEW_YORK, Month(2026, 9)),
        ],
    )
    def test_at_the_edges(self, instant: datetime, zone: ZoneInfo, month: Month) -> None:
        assert month_of(instant, zone) == month

    def test_clocks_set_back_into_the_month_before(self) -> None:
        """At 00:01 on 1 November 2009 St. John's went back to 23:01: November had begun, then it was October again."""
        start, end = Month(2009, 11).instants(ST_JOHNS)

        assert start == datetime(2009, 11, 1, 2, 30, tzinfo=UTC)
        half_an_hour_later = start + timedelta(minutes=30)
        assert local_day(half_an_hour_later, ST_JOHNS) == date(2009, 10, 31)
        assert month_of(half_an_hour_later, ST_JOHNS) == Month(2009, 11)
        assert month_of(start - timedelta(microseconds=1), ST_JOHNS) == Month(2009, 10)
        assert start <= half_an_hour_later < end

    def test_a_month_whose_first_midnight_is_skipped(self) -> None:
        asuncion = ZoneInfo("America/Asuncion")

        start = Month(2017, 10).start(asuncion)

        assert start.astimezone(asuncion).hour == 1
        assert month_of(start, asuncion) == Month(2017, 10)
        assert month_of(start - timedelta(microseconds=1), asuncion) == Month(2017, 9)

    @given(instants, zones)
    def test_it_is_the_month_whose_span_holds_the_instant(self, instant: datetime, zone: ZoneInfo) -> None:
        month = month_of(instant, zone)
        start, end = month.instants(zone)

        assert start <= instant < end

    @given(months, zones)
    def test_months_follow_each_other_without_gap_or_overlap(self, month: Month, zone: ZoneInfo) -> None:
        start, end = month.instants(zone)

        assert end == month.next().start(zone)
        assert month_of(start, zone) == month
        assert month_of(end - timedelta(microseconds=1), zone) == month
        assert month_of(end, zone) == month.next()
        assert abs((end - start) - timedelta(days=month.days)) <= timedelta(days=1)

    def test_without_a_zone_it_is_refused(self) -> None:
        with pytest.raises(ValueError, match="needs a time zone"):
            month_of(datetime(2026, 10, 1), KARACHI)  # noqa: DTZ001 - the point


def test_the_systems_clock_is_aware_and_utc() -> None:
    now = SystemClock().now()

    assert now.tzinfo is UTC
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=10)


def test_aware_is_utc() -> None:
    assert aware(datetime(2026, 10, 1, 5, tzinfo=KARACHI)) == datetime(2026, 10, 1, tzinfo=UTC)
    assert aware(datetime(2026, 10, 1, 5, tzinfo=KARACHI)).tzinfo is UTC
