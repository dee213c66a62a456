"""Settings: the environment and `.env` as one typed object. A wrong value stops the start with a line that names it."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from datetime import time
from decimal import Decimal
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from babel.numbers import list_currencies
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import URL
from sqlalchemy.exc import ArgumentError

from bot.languages import PSEUDO_LANGUAGE, SOURCE_LANGUAGE, languages
from domain.organization import Organization, QuietHours
from domain.persistence.db import database_url

DATA_FOLDER = Path("data")
SECRET_FILE = "secret.key"
TOKEN_HELP = (
    "TELEGRAM_BOT_TOKEN is not set. Write to @BotFather in Telegram, send /newbot, and put the token that it gives "
    "into .env (TELEGRAM_BOT_TOKEN=…). To try the bot without a token: make demo"
)


class SettingsError(ValueError):
    """A setting is wrong or missing; each line of `str(error)` names a variable and what it takes."""


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("takes a time zone's name such as Asia/Karachi") from None
    return name


def _currency(code: str) -> str:
    if code.upper() not in list_currencies():
        raise ValueError("takes an ISO currency code such as PKR")
    return code.upper()


def _language(code: str) -> str:
    if code not in languages() | {PSEUDO_LANGUAGE}:
        raise ValueError(f"takes a language: {', '.join(sorted(languages()))}")
    return code


def _clock_time(text: Any) -> Any:
    try:
        return time.fromisoformat(text) if isinstance(text, str) else text
    except ValueError:
        raise ValueError("takes a time of day such as 09:00") from None


def _quiet_hours(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    begin, _, end = text.replace("–", "-").partition("-")
    try:
        return QuietHours(time.fromisoformat(begin.strip()), time.fromisoformat(end.strip()))
    except ValueError:
        raise ValueError("takes two times of day such as 22:00-08:00") from None


def _http_address(address: str) -> str:
    if address and not address.startswith(("http://", "https://")):
        raise ValueError("takes an address that begins with http:// or https://")
    return address.rstrip("/")


HttpAddress = Annotated[str, AfterValidator(_http_address)]


class Settings(BaseSettings):
    """Every setting. The database's and the file store's have their owner's names, so that an existing `.env` works."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    telegram_bot_token: SecretStr = SecretStr("")
    telegram_api_url: HttpAddress = "https://api.telegram.org"
    telegram_api_local: bool = False
    """Whether the Bot API server runs with `--local`: files up to 2 GB instead of 20 MB can be fetched from it."""
    webhook_url: HttpAddress = ""
    """The public address under which Telegram reaches this bot; without it the bot polls."""
    webhook_secret: SecretStr = SecretStr("")
    """Made from the bot's own secret where it is empty."""
    web_host: str = "127.0.0.1"
    web_port: Annotated[int, Field(ge=1, le=65_535)] | None = None
    """Where the webhook and health listen; without a webhook and a port, nowhere."""

    database_url: str = ""
    database_replica_url: str = ""
    db_host: str = ""
    db_port: int = Field(default=5432, ge=1, le=65_535)
    db_name: str = "mt_web_experts"
    db_user: str = ""
    db_password: SecretStr = SecretStr("")
    db_ssl: Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] = "prefer"

    data_folder: Path = DATA_FOLDER
    """SQLite's file, files and the made secret, where no other place is set."""
    file_storage_bucket: str = ""
    file_storage_region: str = "us-east-1"
    file_storage_endpoint: HttpAddress = ""
    aws_access_key_id: str = ""
    aws_secret_access_key: SecretStr = SecretStr("")
    aws_session_token: SecretStr = SecretStr("")

    jwt_secret: SecretStr = SecretStr("")
    bcrypt_rounds: int = Field(default=12, ge=4, le=18)

    org_name: str = "MT Web Experts"
    org_language: Annotated[str, AfterValidator(_language)] = SOURCE_LANGUAGE
    """Of the bot's messages, for who has not chosen another."""
    timezone: Annotated[str, AfterValidator(_zone)] = "Asia/Karachi"
    currency: Annotated[str, AfterValidator(_currency)] = "PKR"
    closing_day: int = Field(default=1, ge=1, le=28)
    closing_time: Annotated[time, BeforeValidator(_clock_time)] = time(9)
    quiet_hours: Annotated[QuietHours, NoDecode, BeforeValidator(_quiet_hours)] = QuietHours(time(22), time(8))

    send_rate: Decimal = Field(default=Decimal(30), gt=0, le=1000)
    """Messages a second to all chats together; 1000 with Telegram's paid broadcasts."""
    send_rate_per_chat: Decimal = Field(default=Decimal(1), gt=0, le=30)
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @model_validator(mode="after")
    def _check_urls(self) -> Self:
        for name in ("database_url", "database_replica_url"):
            if address := getattr(self, name):
                try:
                    database_url(address)
                except (ArgumentError, ValueError):
                    takes = "takes postgresql://user:password@host/name or sqlite:///file"
                    raise ValueError(f"{name.upper()} {takes}") from None
        return self

    @property
    def database(self) -> URL:
        """Where the data is: DATABASE_URL, else DB_HOST and its companions, else SQLite in the data folder."""
        if self.database_url:
            return database_url(self.database_url)
        if self.db_host:
            return URL.create(
                "postgresql+asyncpg",
                username=self.db_user or None,
                password=self.db_password.get_secret_value() or None,
                host=self.db_host,
                port=self.db_port,
                database=self.db_name,
                query={"ssl": self.db_ssl},
            )
        return URL.create("sqlite+aiosqlite", database=str(self.data_folder / "bot.sqlite3"))

    @property
    def organization(self) -> Organization:
        return Organization(self.org_name, ZoneInfo(self.timezone), self.currency, self.quiet_hours)

    @property
    def storage_access(self) -> dict[str, str]:
        """The file store's access key as boto3 takes it; without one, it looks where AWS's own tools look."""
        given = {
            "aws_access_key_id": self.aws_access_key_id,
            "aws_secret_access_key": self.aws_secret_access_key.get_secret_value(),
            "aws_session_token": self.aws_session_token.get_secret_value(),
        }
        return {name: value for name, value in given.items() if value}

    def secret(self) -> bytes:
        """The key of file links, session and invite hashes: JWT_SECRET, else one in the data folder (mode 0600)."""
        if given := self.jwt_secret.get_secret_value():
            return given.encode()
        path = self.data_folder / SECRET_FILE
        self.data_folder.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            return path.read_bytes()
        # Written whole before it gets its name: another process that starts now must not find an empty file, nor must
        # the next start after a kill.
        with NamedTemporaryFile(dir=self.data_folder, prefix=f"{SECRET_FILE}.") as file:  # mode 0600
            file.write(secrets.token_urlsafe(48).encode())
            file.flush()
            os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(file.name, path)
        return path.read_bytes()


def read_settings(**overrides: Any) -> Settings:
    """The settings of the environment and `.env`; `overrides` win.

    Raises:
        SettingsError: a value is wrong.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        lines = sorted({_line(problem) for problem in error.errors()})
        raise SettingsError("\n".join(lines)) from None


def _line(problem: Any) -> str:
    name = "_".join(str(part) for part in problem["loc"]).upper()
    text = problem["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
    if not name:
        return str(text)
    return f"{name} {text}" if text.startswith("takes ") else f"{name}: {text[:1].lower()}{text[1:]}"
