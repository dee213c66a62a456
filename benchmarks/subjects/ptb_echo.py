"""python-telegram-bot's echo bot, as its documentation has it."""

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from benchmarks.subjects.environment import API_URL, TOKEN


async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message is not None
    assert update.message.text is not None
    await update.message.reply_text(update.message.text)


if __name__ == "__main__":
    application = Application.builder().token(TOKEN).base_url(f"{API_URL}/bot").build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling()
