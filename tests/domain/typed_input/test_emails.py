"""E-mail addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors.accounts import InvalidEmail
from domain.typed_input.emails import clean_email
from tests.domain.typed_input.spelling import noisy


@pytest.mark.parametrize(
    ("typed", "email"),
    [
        (" Sana@Example.com ", "Sana@Example.com"),
        ("\ufeffSana\u200b@\u00a0Example.com\u202c", "Sana@Example.com"),
        ("a.b+c@mail.example.co.uk", "a.b+c@mail.example.co.uk"),
        ("x_y'z@a-b.pk", "x_y'z@a-b.pk"),
        ("a@xn--p1ai.example", "a@xn--p1ai.example"),
    ],
)
def test_addresses(typed: str, email: str) -> None:
    assert clean_email(typed) == email


@pytest.mark.parametrize(
    "typed",
    [
        "", "sana", "sana@", "@example.com", "sana@example", "sana@@example.com", "a b@example.com", "a@exa mple.com",
        "a@-example.com", "a@example-.com", "a@example..com", ".a@example.com", "a.@example.com", "a..b@example.com",
        "<a@example.com>", "mailto:a@example.com", "sanä@example.com", "a@exämple.com", "\u212aa@example.com",
        "a\0@example.com", "a@example.com\nb@example.com", "a" * 65 + "@example.com",
        "a@" + ".".join(["x" * 60] * 5) + ".com", "a@" + "x" * 64 + ".com",
    ],
)  # fmt: skip
def test_what_is_no_address(typed: str) -> None:
    with pytest.raises(InvalidEmail) as refusal:
        clean_email(typed)
    assert vars(refusal.value) == {"limit": 255}


@given(st.text() | st.emails())
def test_a_clean_address_is_ascii_and_stays_as_it_is(typed: str) -> None:
    try:
        email = clean_email(typed)
    except InvalidEmail:
        return
    assert email.isascii()
    assert clean_email(email) == email


@given(st.data())
def test_what_nobody_sees_changes_no_address(data: st.DataObject) -> None:
    assert clean_email(data.draw(noisy(st.just("Sana.Iqbal@example.com")))) == "Sana.Iqbal@example.com"
