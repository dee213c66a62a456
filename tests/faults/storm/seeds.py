"""How many storms there are, and which: `STORM_KILLS` and `STORM_SEED` in the environment."""

from __future__ import annotations

import os
from typing import Final

KILLS: Final = int(os.environ.get("STORM_KILLS", "30"))
"""On each database: half at random moments, half at named points."""
SEED: Final = int(os.environ.get("STORM_SEED", "1"))
MAX_IN_A_ROUND: Final = 20


def rounds() -> list[tuple[int, int]]:
    """The seed and the number of kills of each round of one kind. A failed one says its seed: with it as STORM_SEED
    and few enough STORM_KILLS, it is the first to come again.
    """
    kills = KILLS // 2
    count = -(-kills // MAX_IN_A_ROUND)
    return [(SEED + place, kills // count + (place < kills % count)) for place in range(count)]
