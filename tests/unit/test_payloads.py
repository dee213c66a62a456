"""What buttons carry: packed, read back, never trusted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.screens import payloads
from bot.screens.payloads import KEPT_MARK, MAX_BYTES, Payload, PayloadError, payload, unpack
from handlers.registration import register  # noqa: F401 - registers every payload there is


class Verdict(StrEnum):
    YES = "y"
    NO = "n"


@payload("t1")
@dataclass(frozen=True, slots=True)
class Everything(Payload):
    order: UUID
    version: int
    verdict: Verdict
    is_last: bool
    word: str


WORDS = st.text("abcxyz019_-", max_size=12)


@given(st.uuids(), st.integers(-(10**9), 10**9), st.sampled_from(Verdict), st.booleans(), WORDS)
def test_what_is_packed_is_read_back(order: UUID, version: int, verdict: Verdict, is_last: bool, word: str) -> None:
    made = Everything(order, version, verdict, is_last, word)
    packed = made.pack()
    assert len(packed.encode()) <= MAX_BYTES
    assert unpack(packed) == made
    assert Everything.matches(packed)
    assert made.equals(packed)


@given(st.uuids(), WORDS)
def test_the_mark_of_a_kept_message_changes_nothing_but_itself(order: UUID, word: str) -> None:
    made = Everything(order, 1, Verdict.YES, True, word)
    marked = f"{KEPT_MARK}{made.pack()}"
    assert len(marked.encode()) <= 64
    assert unpack(marked) == made
    assert Everything.matches(marked)
    assert made.equals(marked)
    assert unpack(f"{KEPT_MARK}{marked}") is None


@given(st.text(max_size=64))
def test_nothing_that_somebody_makes_up_breaks_it(data: str) -> None:
    found = unpack(data)
    assert found is None or found.pack() == data.removeprefix(KEPT_MARK)


@pytest.mark.parametrize(
    "forged",
    ["t1", "t1:", "t1:x:1:y:1:w", "t1:AAAAAAAAAAAAAAAAAAAAAA:01:y:1:w", "t1:AAAAAAAAAAAAAAAAAAAAAA:1:z:1:w",
     "t1:AAAAAAAAAAAAAAAAAAAAAA:1:y:2:w", "t1:AAAAAAAAAAAAAAAAAAAAAA:1:y:1:w:more", "zz:1"],
)  # fmt: skip
def test_a_forged_payload_is_none(forged: str) -> None:
    assert unpack(forged) is None


def test_text_that_the_separator_would_cut_is_refused() -> None:
    with pytest.raises(PayloadError):
        Everything(UUID(int=0), 1, Verdict.YES, False, "a:b").pack()


def test_what_is_too_long_is_refused() -> None:
    with pytest.raises(PayloadError):
        Everything(UUID(int=0), 1, Verdict.YES, False, "x" * 64).pack()


def test_every_payload_fits_with_the_largest_values() -> None:
    """A button that is refused by Telegram would fail in front of a person, perhaps years from now."""
    largest = {UUID: UUID(int=2**128 - 1), int: 2**31 - 1, bool: True}
    for cls in payloads.known():
        values: list[object] = []
        for kind in payloads.field_types(cls):
            if isinstance(kind, type) and issubclass(kind, StrEnum):
                values.append(max(kind, key=len))
            elif kind is not str:
                values.append(largest[kind])
            else:
                values.append("x" * 10)
        assert len(cls(*values).pack()) <= MAX_BYTES, cls
