import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.accounts.typed import clean_email, clean_name
from domain.errors.accounts import InvalidEmail, InvalidName


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (" Sana  Iqbal\n", "Sana Iqbal"),
        ("O'Brien-Smith", "O'Brien-Smith"),
        ("ثنا اقبال", "ثنا اقبال"),
        ("Jose\u0301", "José"),
        ("x" * 255, "x" * 255),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_names(typed: str, name: str) -> None:
    assert clean_name(typed) == name


@pytest.mark.parametrize(
    "typed", ["", "  ", "...", "x" * 256, "Sana\0", "Sana\x07", "\u202eanaS", "\ud800x", "\u200d", "🙂"]
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
    ("typed", "email"),
    [
        (" Sana@Example.com ", "Sana@Example.com"),
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
