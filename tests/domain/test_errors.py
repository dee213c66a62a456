"""Refusals are told apart by code: views choose their words by it."""

from collections.abc import Iterator

from domain.errors import AlreadyDecided, Conflict, DomainError


def family(member: type[DomainError]) -> Iterator[type[DomainError]]:
    yield member
    for child in member.__subclasses__():
        yield from family(child)


def test_every_refusal_has_a_code_of_its_own() -> None:
    codes = [member.code for member in family(DomainError)]

    assert len(codes) == len(set(codes))


def test_a_refusal_carries_facts() -> None:
    refused = AlreadyDecided(status="Approved", decided_by="Ayesha")

    assert isinstance(refused, Conflict)
    assert refused.facts == {"status": "Approved", "decided_by": "Ayesha"}
    assert str(refused) == "already_decided: status=Approved, decided_by=Ayesha"
    assert str(Conflict()) == "conflict"
