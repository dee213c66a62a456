"""The languages that the bot speaks: those with a catalogue in locale/, and the one of the code."""

from __future__ import annotations

from pathlib import Path
from typing import Final

SOURCE_LANGUAGE: Final = "en"
"""The language in which the texts stand in the code."""
PSEUDO_LANGUAGE: Final = "en-XA"
"""Brackets round every translated text. What stands outside of them was not marked for translation."""
LOCALE_FOLDER: Final = Path(__file__).resolve().parents[1] / "locale"


def languages() -> frozenset[str]:
    """All that people may choose."""
    return frozenset({SOURCE_LANGUAGE, *(folder.name for folder in LOCALE_FOLDER.glob("*") if folder.is_dir())})
