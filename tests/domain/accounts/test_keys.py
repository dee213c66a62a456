import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.accounts.token_hasher import RANDOM_BYTES, TokenHasher, invite_token

KEYS = TokenHasher(b"one secret")
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
INVITE = st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES).map(invite_token)


@given(INVITE)
def test_an_invites_token_fits_into_a_deep_link(token: str) -> None:
    assert len(token) <= 64
    assert set(token) <= set(ALPHABET)
    assert KEYS.is_whole(token)


@given(INVITE, st.data())
def test_one_wrong_character_is_noticed(token: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from(ALPHABET).filter(lambda char: char != token[place]))
    # A checksum of 24 bits misses one accident in sixteen million.
    assert not KEYS.is_whole(token[:place] + other + token[place + 1 :])


@given(INVITE, st.integers(0, 39))
def test_a_cut_token_is_noticed(token: str, length: int) -> None:
    assert not KEYS.is_whole(token[:length])
    assert not KEYS.is_whole(token + token[:1])


@given(st.text())
def test_no_text_upsets_it(text: str) -> None:
    assert not KEYS.is_whole(text)
    assert len(KEYS.email(text)) == len(KEYS.invite(text)) == 64


def test_a_change_of_case_is_noticed() -> None:
    assert not KEYS.is_whole(KEYS.new_invite_token().lower())


def test_tokens_and_sessions_differ_each_time() -> None:
    assert KEYS.is_whole(KEYS.new_invite_token())
    assert len({KEYS.new_invite_token() for _ in range(100)}) == 100
    assert len({KEYS.new_session() for _ in range(100)}) == 100


def test_a_hash_depends_on_the_secret_and_on_what_it_is_for() -> None:
    other = TokenHasher(b"another secret")
    hashes = [
        KEYS.invite("x"),
        KEYS.session("x"),
        KEYS.email("x"),
        other.invite("x"),
        other.session("x"),
        other.email("x"),
    ]
    assert len(set(hashes)) == 6
    assert all(set(made) <= set("0123456789abcdef") for made in hashes)


def test_an_address_has_one_hash_in_whatever_case() -> None:
    assert KEYS.email(" Sana@Example.com ") == KEYS.email("sana@example.COM")


def test_the_secret_is_not_in_its_repr() -> None:
    assert "secret" not in repr(KEYS)


def test_an_empty_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        TokenHasher(b"")
