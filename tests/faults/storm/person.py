"""How a person uses a phone: looks at what was shown last, acts on it, waits, and looks again."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from playground.phone import FileSource, NotShownError, Phone, PlaygroundError, Screen, ShownMessage

PATIENCE = 2.0
"""Seconds without a reaction after which somebody taps again. Nobody types again what is in the chat already."""
GIVES_UP = 75.0
"""Seconds that one thing may take, through all kills. Then something was lost."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """What to do when a message with the words `asked` is the newest: tap a button, type, or send an album.

    `first` is waited for before the first tap: others who are to tap at the same moment.
    """

    asked: str
    tap: str = ""
    """How the button begins."""
    say: str = ""
    album: Sequence[FileSource] = ()
    first: Callable[[], Awaitable[object]] | None = None


class Person:
    def __init__(self, phone: Phone) -> None:
        self.phone = phone

    async def do(self, typed: str, *steps: Step, until: Sequence[str]) -> ShownMessage:
        """Begins with a command, and goes on as `follow`."""
        before = await self.phone.screen()
        await self.phone.say(typed)
        return await self.follow(*steps, until=until, before=before)

    async def follow(self, *steps: Step, until: Sequence[str], before: Screen | None = None) -> ShownMessage:
        """Does each step when it is asked for, until one of the words is shown; the message that has them.

        What was shown `before`, or before something was typed, is old, and nobody looks at it any more. What a kill
        repeats looks new: it does not count as the end while there is something to type.

        Raises:
            NotShownError: it did not come.
        """
        old = {} if before is None else _texts(before)
        finished: set[Step] = set()
        acted: tuple[Step | None, float] = (None, 0.0)
        deadline = time.monotonic() + GIVES_UP
        while True:
            screen = await self.phone.screen()
            end = _newest(screen, until, old)
            if end is not None and all(step in finished for step in steps if step.say or step.album):
                return end
            message, step = _asked(screen, steps, old)
            is_new = step is not acted[0] or time.monotonic() - acted[1] >= PATIENCE
            if message is not None and step is not None and is_new:
                waits_for_others = step.first is not None and step not in finished
                if await self._act(message, step, finished, old):
                    acted = (step, time.monotonic())
                if waits_for_others:
                    deadline = time.monotonic() + GIVES_UP
            if time.monotonic() > deadline:
                raise NotShownError(f"{self.phone.name} waits in vain for {until}. The screen:\n{screen}")
            await self.phone.screen(since=screen.version, timeout=PATIENCE)

    async def _act(self, message: ShownMessage, step: Step, finished: set[Step], old: dict[int, str]) -> bool:
        """Whether there was something to do."""
        if (step.say or step.album) and step not in finished:
            finished.add(step)
            old.update(_texts(await self.phone.screen()))
            if step.album:
                await self.phone.send_album(step.album)
            else:
                await self.phone.say(step.say)
            return True
        if not step.tap:
            return False
        label = next((button.text for button in message.buttons if button.text.startswith(step.tap)), None)
        if label is None:
            return False
        if step.first is not None and step not in finished:
            finished.add(step)
            await step.first()
        try:
            await self.phone.tap(label, message_id=message.id)
        except (NotShownError, PlaygroundError):
            # It was changed or deleted under the finger.
            return False
        return True


def _texts(screen: Screen) -> dict[int, str]:
    return {each.id: each.text for each in screen.messages}


def _newest(screen: Screen, words: Sequence[str], old: Mapping[int, str]) -> ShownMessage | None:
    """The message with one of the words that changed last."""
    found = [
        each
        for each in screen.messages
        if not each.is_mine and old.get(each.id) != each.text and any(word in each.text for word in words)
    ]
    return max(found, key=lambda each: each.version, default=None)


def _asked(screen: Screen, steps: Sequence[Step], old: Mapping[int, str]) -> tuple[ShownMessage | None, Step | None]:
    message = _newest(screen, [step.asked for step in steps], old)
    if message is None:
        return None, None
    return message, next(step for step in steps if step.asked in message.text)
