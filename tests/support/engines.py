"""The two engines on which every test of the database runs."""

from typing import Final

ENGINES: Final = ("sqlite", "postgresql")
