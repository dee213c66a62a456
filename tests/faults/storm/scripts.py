"""What each person does all through a storm."""

from __future__ import annotations

import asyncio
import io
import random
import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from PIL import Image

from tests.faults.storm.book import Adjustment, Book, Handed, Way
from tests.faults.storm.office import LATER_PRICED, LINKS, LISTINGS, PASSWORD, TEMPLATE, Member, Office
from tests.faults.storm.person import Person, Step

MIN_PHOTOS, MAX_PHOTOS = 3, 10
LOOKS_FOR = 1.0
"""Seconds that somebody looks at an answer before the next command. Faster than the bot marks its answers, a person
would take the question of the log-in before, which a kill repeats, for that of this one."""


class Scripts:
    """All of them, side by side, until the storm is over and what was begun is done."""

    def __init__(self, office: Office, seed: int) -> None:
        self._office = office
        self._random = random.Random(seed)
        self._to_check: dict[str, asyncio.Queue[tuple[Handed, asyncio.Barrier | None] | None]] = {
            member.name: asyncio.Queue() for member in office.checkers
        }
        self._is_over = False
        self.book = Book()

    def end(self) -> None:
        """No more begins."""
        self._is_over = True

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for member in self._office.checkers:
                group.create_task(self._check(member))
            group.create_task(self._pay(self._office.payer))
            group.create_task(self._wander(self._office.wanderer))
            await asyncio.gather(*(self._work(member) for member in self._office.workers))
            for queue in self._to_check.values():
                queue.put_nowait(None)

    # Workers

    async def _work(self, member: Member) -> None:
        person = Person(member.phone)
        ways = self._random.sample(list(Way), len(Way))
        for count in range(1_000):
            if self._is_over and count:
                return
            handed = await self._hand_in(person, member.name, count, ways[count % len(ways)])
            self.book.handed.append(handed)
            self._give_to_checkers(handed)
            if handed.way is Way.CHANGES:
                await self._hand_in_again(person, handed)

    async def _hand_in(self, person: Person, name: str, count: int, way: Way) -> Handed:
        title, quantity = f"{name} {count}: {way}", self._random.randint(5, 500)
        photos = [_photo(f"{title} {each}") for each in range(self._random.randint(MIN_PHOTOS, MAX_PHOTOS))]
        shown = await person.do(
            "/submit",
            Step("Which category?", tap=LINKS),
            Step("How many did you do?", say=str(quantity)),
            Step("What is the title?", say=title),
            Step("Which business", tap="⏭ Skip"),
            Step("Which folder", tap="⏭ Skip"),
            Step("A note for the admins?", tap="⏭ Skip"),
            Step("Photos and files?", album=photos, tap=f"✅ Done, {len(photos)} files"),
            Step("Is everything right?", tap="✅ Submit"),
            until=("is submitted.",),
        )
        found = re.search(r"Order (\d+) is submitted", shown.text)
        assert found is not None, shown
        return Handed(name, int(found[1]), title, quantity, len(photos), way)

    async def _hand_in_again(self, person: Person, handed: Handed) -> None:
        await person.follow(
            Step(f"Order {handed.number} was sent back", tap="🔁 Submit again"),
            Step("Earlier files stay with the order", tap="✅ Submit"),
            until=(f"Order {handed.number} is submitted again.",),
        )
        self._give_to_checkers(replace(handed, way=Way.APPROVE))

    # Admins

    def _give_to_checkers(self, handed: Handed) -> None:
        barrier = None
        checkers = [self._office.checker_of(handed.number)]
        if handed.way is Way.RACE:
            barrier, checkers = asyncio.Barrier(2), list(self._office.checkers)
        for member in checkers:
            self._to_check[member.name].put_nowait((handed, barrier))

    async def _check(self, member: Member) -> None:
        person, queue = Person(member.phone), self._to_check[member.name]
        while (waiting := await queue.get()) is not None:
            handed, barrier = waiting
            takes_all = member is self._office.checkers[0]
            steps, until = _decision(handed, barrier, takes_all=takes_all)
            await person.follow(*steps, until=until)

    async def _pay(self, member: Member) -> None:
        person = Person(member.phone)
        await person.do(
            "/rate",
            Step("Which category?", tap=LISTINGS),
            Step("For everyone, or for one worker?", tap="👥 Everyone"),
            Step("How much for each one that is approved", say=str(LATER_PRICED)),
            Step("From which day on?", tap="1st of last month"),
            Step("Set this rate?", tap="✅ Set the rate"),
            until=("each, from",),
        )
        self.book.rates += 1
        await person.do(
            "/close",
            Step("📅 Close", tap="✅ Close: issue"),
            until=("Everyone gets theirs now.", "there was nothing more to issue.", "Everything is issued."),
        )
        self.book.closings += 1
        for count in range(1_000):
            if self._is_over and count:
                return
            worker = self._random.choice(self._office.workers)
            kind = ("bonus", "fine")[count % 2]
            await self._adjust(person, Adjustment(kind, worker.name, Decimal(100 + count), f"{kind} {count:03}"))

    async def _adjust(self, person: Person, entered: Adjustment) -> None:
        await person.do(
            f"/{entered.kind}",
            Step("Who is it for?", say=entered.worker),
            Step("How much, in PKR?", say=str(entered.amount)),
            Step("What is the reason?", say=entered.reason),
            Step("For which month?", tap=f"{self._office.month.next().first:%B}"),
            Step("Give this bonus?", tap="✅ Give the bonus"),
            Step("Issue this fine?", tap="✅ Issue the fine"),
            until=("gets a bonus of", "has a fine of"),
        )
        self.book.adjusted.append(entered)

    # Who comes and goes

    async def _wander(self, member: Member) -> None:
        person = Person(member.phone)
        while not self._is_over or not self.book.log_ins:
            await asyncio.sleep(LOOKS_FOR)
            await person.do("/logout", until=("You are logged out.",))
            await asyncio.sleep(LOOKS_FOR)
            await person.do(
                "/login",
                Step("e-mail address", say=member.email),
                Step("Now type the password", say=PASSWORD),
                until=("You are in",),
            )
            self.book.log_ins += 1


def _decision(
    handed: Handed, barrier: asyncio.Barrier | None, *, takes_all: bool
) -> tuple[Sequence[Step], tuple[str, ...]]:
    """What an admin taps and types, and what the card shows then."""
    order, few = f"Order {handed.number}", str(handed.quantity - 1)
    first = None if barrier is None else barrier.wait
    match handed.way:
        case Way.APPROVE:
            steps = [Step(f"🔎 {order}\n", tap="✅ Approve all")]
        case Way.RACE if takes_all:
            steps = [Step(f"🔎 {order}\n", tap="✅ Approve all", first=first)]
        case Way.SOME | Way.RACE:
            steps = [Step(f"🔎 {order}\n", tap="✂️ Only some"), Step(f"✂️ {order} ·", tap=f"{int(few):,}", first=first)]
        case Way.SOME_TYPED:
            steps = [Step(f"🔎 {order}\n", tap="✂️ Only some"), Step(f"✂️ {order} ·", say=few)]
        case Way.REJECT:
            steps = [
                Step(f"🔎 {order}\n", tap="❌ Reject"),
                Step(f"Why do you reject order {handed.number}?", tap=TEMPLATE),
            ]
        case Way.REJECT_TYPED:
            steps = [
                Step(f"🔎 {order}\n", tap="❌ Reject"),
                Step(f"Why do you reject order {handed.number}?", say=f"No. {handed.number}: links are dead"),
            ]
        case Way.CHANGES:
            steps = [
                Step(f"🔎 {order}\n", tap="✏️ Send back"),
                Step(f"What is to be changed in order {handed.number}?", say=f"No. {handed.number}: name the business"),
            ]
    ends = {Way.REJECT: "❌ {} rejected", Way.REJECT_TYPED: "❌ {} rejected", Way.CHANGES: "✏️ {} sent back"}
    return steps, (ends.get(handed.way, "✅ {} approved").format(order),)


def _photo(about: str) -> tuple[str, bytes]:
    """A small picture like no other."""
    image = Image.new("RGB", (120, 90), "#f4f1ea")
    image.frombytes((about.encode() * 400)[: 120 * 90 * 3].ljust(120 * 90 * 3, b"."))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=70)
    return "photo.jpg", out.getvalue()
