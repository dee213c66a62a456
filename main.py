"""The command line."""

# ruff: noqa: E402 - what is imported here stays: collecting garbage meanwhile took a seventh of the start

from __future__ import annotations

import gc

gc.disable()

import asyncio
import logging
from collections.abc import Coroutine
from typing import Annotated, Any, NoReturn

import typer
import uvloop
from rich.console import Console

from bot.application import run_until_signal
from bot.cli.close_month import close_month, preview_month
from bot.cli.create_admin import create_admin
from bot.cli.demo import Demo, demo_settings, start_over
from bot.cli.printing import print_closing, print_preview
from bot.settings import Settings, SettingsError, read_settings
from bot.startup import StartError
from domain.clock import Month
from domain.errors import DomainError
from domain.errors.months import InvalidMonth, MonthNotOver
from domain.persistence.schema import SchemaError, upgrade
from handlers.registration import register

gc.enable()

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
console = Console()
errors = Console(stderr=True, highlight=False, markup=False)


def settings_or_exit() -> Settings:
    try:
        return read_settings()
    except SettingsError as error:
        fail(str(error))


def fail(text: str) -> NoReturn:
    """Prints what is wrong and ends, without a traceback: its reader can mend it."""
    errors.print(text, soft_wrap=True)
    raise typer.Exit(2)


def run_loop(work: Coroutine[Any, Any, None]) -> None:
    try:
        uvloop.run(work)
    except (SettingsError, StartError, SchemaError) as error:
        fail(str(error))
    except DomainError as error:
        fail(str(error))


def log_to_console(settings: Settings) -> None:
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(message)s")
    # Some of these log the address of each call, and with it the token.
    for name in ("httpx", "httpcore", "aiohttp", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # APScheduler warns each minute that a job is still at work, such as a long closing.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


@app.command()
def run() -> None:
    """Run the bot. Needs TELEGRAM_BOT_TOKEN; everything else has a default."""
    settings = settings_or_exit()
    log_to_console(settings)
    run_loop(run_until_signal(settings, register))


@app.command()
def demo(*, fresh: Annotated[bool, typer.Option("--fresh", help="Forget the agency of earlier runs.")] = False) -> None:
    """Run the bot with a small agency of its own, in data/demo: what `make demo` shows."""
    settings = demo_settings(settings_or_exit())
    log_to_console(settings)
    if fresh:
        start_over()

    async def show() -> None:
        await Demo(settings).prepare()
        await run_until_signal(settings, register)

    run_loop(show())


@app.command()
def migrate() -> None:
    """Bring the database to this version's schema. `run` does that by itself."""
    settings = settings_or_exit()
    run_loop(asyncio.to_thread(upgrade, settings.database))
    console.print("The database is up to date.")


@app.command("create-admin")
def create_admin_command(
    email: Annotated[str, typer.Option(help="By which the admin logs in, such as name@example.com.")],
    name: Annotated[str, typer.Option(help="As workers and invoices show it.")],
) -> None:
    """Create an admin, and print a one-time link to open in Telegram: the first admin, or one who lost their way in."""
    settings = settings_or_exit()

    async def create() -> None:
        made = await create_admin(settings, name, email)
        until = f"{made.expires_at:%d %b, %H:%M %Z}"
        # Without Rich, which would break the link where the terminal ends.
        typer.echo(f"{made.name} is an admin. Open this link in Telegram; it works once, until {until}:")
        typer.echo(made.link)

    run_loop(create())


MonthArgument = Annotated[str, typer.Argument(help="Such as 2026-10.", show_default=False)]


@app.command()
def preview(month: MonthArgument) -> None:
    """Show what closing a month would do, by worker. Writes nothing."""
    settings, wanted = settings_or_exit(), month_or_exit(month)

    async def look() -> None:
        print_preview(console, await preview_month(settings, wanted), settings.currency)

    run_loop(look())


@app.command()
def close(month: MonthArgument) -> None:
    """Close a month: issue the invoices that are missing. Doing it twice is harmless; the bot sends the messages."""
    settings, wanted = settings_or_exit(), month_or_exit(month)

    async def issue() -> None:
        try:
            result = await close_month(settings, wanted)
        except MonthNotOver:
            fail(f"{wanted} is not over in {settings.timezone}: it can be closed from {wanted.next()}-01 on.")
        print_closing(console, result, settings.currency)

    run_loop(issue())


def month_or_exit(text: str) -> Month:
    try:
        return Month.parse(text)
    except InvalidMonth:
        fail(f"{text!r} is not a month. Write it such as 2026-10.")


if __name__ == "__main__":
    app()
