"""Names: cleaned to be stored, folded to be found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors.accounts import InvalidName
from domain.typed_input.names import clean_name, fold
from tests.domain.typed_input.spelling import NOISE, noise


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (" Sana  Iqbal\n", "Sana Iqbal"),
        ("O'Brien-Smith", "O'Brien-Smith"),
        ("ثنا اقبال", "ثنا اقبال"),
        ("Jose\u0301", "José"),
        ("x" * 255, "x" * 255),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u202eSa\u200bna\u00a0Iq\ufeffbal\u200d", "Sana Iqbal"),
        ("\u200cثنا\u200d \u200cاقبال", "ثنا اقبال"),
    ],
)
def test_names(typed: str, name: str) -> None:
    assert clean_name(typed) == name


@pytest.mark.parametrize(
    "typed", ["", "  ", "...", "x" * 256, "Sana\0", "Sana\x07", "\u202e", "\ud800x", "\u200d", "🙂"]
)
def test_what_is_no_name(typed: str) -> None:
    with pytest.raises(InvalidName) as refusal:
        clean_name(typed)
    assert vars(refusal.value) == {"limit": 255}


@given(st.text())
def test_a_clean_name_stays_as_it_is(typed: str) -> None:
    try:
        name = clean_name(typed)
    except InvalidName:
        return
    assert clean_name(name) == name
    assert 1 <= len(name) <= 255
    name.encode()


@pytest.mark.parametrize(
    "same",
    [
        ("Éva Müller", "eva muller", "EVA  MULLER", "Eva\u00a0Mu\u0308ller", "ÉVA MÜLLER\u200b"),
        ("عائشہ صدیقی", "عائشة صديقي", "عائشه صديقى", "عَائِشَہ صدّیقی", "عايشہ صدیقی", "عائشھ صدیقی"),
        ("احمد", "أحمد", "اَحمد", "ٱحمد", "احـمد", "اح\u200cمد"),
        ("مؤمن", "مومن"),
        ("ملک", "ملك"),
        ("رحمٰن", "رحمن"),
        ("ضیاء خان", "ضيا خاں"),
        ("Straße", "STRASSE"),
        ("Łukasz Øst", "lukasz ost"),
        ("İzmir", "izmir"),
        ("O’Brien", "O'Brien", "O`BRIEN"),
        ("Al‑Hassan", "al-hassan"),
        ("Client ۱۲", "client ١٢", "CLIENT 12", "Client １２"),
        ("ﷲ", "الله"),
        ("ﻋﻠﻲ", "علی"),
    ],
)
def test_spellings_of_one_name_have_one_key(same: tuple[str, ...]) -> None:
    assert len({fold(name) for name in same}) == 1


def test_other_names_have_other_keys() -> None:
    assert len({fold(name) for name in ("علی", "علیا", "Ali", "ali khan", "گل", "کل", "")}) == 7
    assert fold("\u200d\u064b \u0640") == ""


@given(st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    key = fold(text)
    assert fold(key) == key
    key.encode()
    assert "\0" not in key


@given(st.text(), st.text(), noise, st.sampled_from(NOISE))
def test_what_nobody_sees_changes_no_key(before: str, after: str, some: str, more: str) -> None:
    assert fold(some + before + more + after) == fold(before + after)


@given(st.text())
def test_case_changes_no_key(text: str) -> None:
    assert fold(text.casefold()) == fold(text)
