"""/quiz: questions whose answers are the buttons below the input field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from telegram import Message, ReplyKeyboardMarkup, ReplyKeyboardRemove, Update
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler

from playground.example.incoming import WORDS, Where, message_of, query_of

if TYPE_CHECKING:
    from playground.example.bot import AnyHandler, Context
    from playground.example.people import People

ENOUGH = "Enough"


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    right: str
    wrong: tuple[str, ...]

    @property
    def answers(self) -> list[str]:
        return sorted((self.right, *self.wrong))

    def keyboard(self) -> ReplyKeyboardMarkup:
        return ReplyKeyboardMarkup(
            [self.answers, [ENOUGH]],
            resize_keyboard=True,
            one_time_keyboard=True,
            input_field_placeholder="Choose below",
        )


QUESTIONS = (
    Question("Which planet is nearest to the Sun?", "Mercury", ("Venus", "Mars")),
    Question("How many buttons may an inline keyboard have?", "100", ("10", "1000")),
    Question("How long may a message be?", "4096 characters", ("140 characters", "1024 characters")),
)


class Quiz:
    """One question at a time for each person."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._asked: dict[int, int] = {}
        """By person: the number of the question that waits for an answer."""

    def handlers(self) -> list[AnyHandler]:
        return [
            CommandHandler("quiz", self.begin),
            CallbackQueryHandler(self.tap, r"menu:quiz"),
            MessageHandler(WORDS & Where(self._is_answer), self.answer),
        ]

    async def tap(self, update: Update, context: Context) -> None:
        await query_of(update).answer()
        await self.begin(update, context)

    async def begin(self, update: Update, context: Context) -> None:
        await self._ask(context, self._people.of(update).id, 0)

    async def answer(self, update: Update, context: Context) -> None:
        message = message_of(update)
        person = self._people.of(update)
        number = self._asked.pop(person.id)
        if message.text == ENOUGH:
            await message.reply_text("Enough for now. /quiz starts anew.", reply_markup=ReplyKeyboardRemove())
            return
        question = QUESTIONS[number]
        verdict = "Right!" if message.text == question.right else f"It is {question.right}."
        if number + 1 < len(QUESTIONS):
            await self._ask(context, person.id, number + 1, verdict)
        else:
            await message.reply_text(f"{verdict} That was the last one.", reply_markup=ReplyKeyboardRemove())

    async def _ask(self, context: Context, person_id: int, number: int, verdict: str = "") -> None:
        self._asked[person_id] = number
        question = QUESTIONS[number]
        await context.bot.send_message(
            person_id, f"{verdict}\n\n{question.text}".strip(), reply_markup=question.keyboard()
        )

    def _is_answer(self, message: Message) -> bool:
        """Any other text is no answer: it goes on to the wall."""
        number = self._asked.get(message.chat.id)
        return number is not None and message.text in {ENOUGH, *QUESTIONS[number].answers}
