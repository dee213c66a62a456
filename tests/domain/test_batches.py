"""A closing's transactions are short: on a slow machine 250 workers with 100 orders each took five seconds."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.pay.batches import SECONDS, Batches

COSTS = st.lists(st.floats(0.0005, 2.0), min_size=1, max_size=400)
"""Seconds that each worker's invoice takes."""


def run(costs: list[float], most: int) -> list[tuple[int, float]]:
    """The turns: how many workers each had, and how long it took."""
    batches = Batches([UUID(int=number) for number in range(len(costs))], most)
    done: list[UUID] = []
    turns: list[tuple[int, float]] = []
    while batch := batches.take():
        seconds = sum(costs[worker.int] for worker in batch)
        batches.took(len(batch), seconds)
        turns.append((len(batch), seconds))
        done += batch
    assert done == [UUID(int=number) for number in range(len(costs))]
    return turns


@given(COSTS, st.integers(1, 300))
def test_each_worker_has_one_turn_and_no_turn_has_too_many(costs: list[float], most: int) -> None:
    assert all(1 <= workers <= most for workers, _ in run(costs, most))


@given(st.floats(0.001, 2.0), st.integers(100, 600))
def test_turns_become_as_long_as_they_may_be(cost: float, workers: int) -> None:
    turns = run([cost] * workers, 250)
    later = turns[6:-1]
    fitting = max(1, round(SECONDS / cost))
    assert all(count == min(fitting, 250) for count, _ in later)


def test_one_turn_that_was_quick_is_not_trusted_at_once() -> None:
    turns = run([0.0001] * 25 + [0.5] * 200, 250)
    assert [count for count, _ in turns[:2]] == [25, 50]
    assert all(count <= 2 for count, _ in turns[2:])


def test_no_workers_no_turn() -> None:
    assert run([], 250) == []
