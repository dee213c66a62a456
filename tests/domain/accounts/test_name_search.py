"""Finding people by name, on both databases."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select, text, update

from domain.access import SYSTEM, Actor
from domain.accounts.model import Role, User
from domain.accounts.name_search import is_named
from domain.pay.payees import PayeeQueries
from domain.typed_input.names import fold
from tests.domain.accounts.office import Office


async def invite(office: Office, name: str, email: str = "w@example.com") -> UUID:
    made = await office.do(lambda desk: desk.accounts.invite_user(name, email, Role.WORKER, actor=SYSTEM))
    return made.person.id


async def found(office: Office, typed: str) -> set[str]:
    async with office.sessions() as session:
        condition = await is_named(session, typed)
        return set(await session.scalars(select(User.name).where(condition, User.role == Role.WORKER)))


VARIANTS = [
    ("عائشہ صدیقی", "عائشة صديقي"),
    ("عائشة صديقي", "عائشہ صدیقی"),
    ("Éva Müller", "eva mull"),
    ("Eva Muller", "MÜLLER"),
    ("ÉVA", "éva"),
    ("محمد أحمد", "احمد"),
    ("Worker ۱۲", "worker 12"),
    ("100% Ali_", "0% ali_"),
]


@pytest.mark.parametrize(("name", "typed"), VARIANTS)
async def test_variants_find_each_other(office: Office, name: str, typed: str) -> None:
    user_id = await invite(office, name)
    await invite(office, "Somebody Else", "else@example.com")

    assert await found(office, typed) == {name}
    assert await found(office, f"\ufeff {typed}\u200b") == {name}
    assert (await office.user(user_id)).name_key == fold(name)


@pytest.mark.parametrize(("name", "typed"), VARIANTS)
async def test_a_name_from_another_program_is_found_too(office: Office, name: str, typed: str) -> None:
    row = "INSERT INTO users (email, password_hash, name, role) VALUES ('w@example.com', 'x', :name, 'Worker')"
    await office.change(text(row).bindparams(name=name))
    await invite(office, "Somebody Else", "else@example.com")

    assert await found(office, typed) == {name}
    assert await found(office, "nobody") == set()


async def test_a_renamed_person_is_found_by_the_new_name_alone(office: Office) -> None:
    admin = await office.admin()
    user_id = await invite(office, "Sana Iqbal")

    await office.do(lambda desk: desk.accounts.rename(user_id, "ثنا اقبال", actor=admin))

    assert await found(office, "ثناء اقبال") == {"ثنا اقبال"}
    assert await found(office, "sana") == set()
    assert (await office.user(user_id)).name_key == fold("ثنا اقبال")

    await office.change(update(User).where(User.id == user_id).values(name="Sána"))

    assert await found(office, "sana") == {"Sána"}
    assert await found(office, "اقبال") == set()


async def test_another_program_that_changes_other_columns_leaves_the_key(office: Office) -> None:
    user_id = await invite(office, "Sana")

    await office.change(text("UPDATE users SET name = name, is_active = FALSE WHERE name = 'Sana'"))

    assert (await office.user(user_id)).name_key == "sana"


async def test_workers_are_searched_by_it(office: Office) -> None:
    admin = await office.admin("Ayesha", 1)
    await invite(office, "عائشہ صدیقی")

    async def names(typed: str, actor: Actor = admin) -> list[str]:
        page = await office.do(lambda desk: PayeeQueries(desk.unit).payees(name=typed, actor=actor))
        return [each.name for each in page.items]

    assert await names("عائشة") == ["عائشہ صدیقی"]
    assert await names("\u200d") == ["عائشہ صدیقی"]
    assert await names("nobody") == []
