"""Settings: the schema owner's names work, and each wrong value is one line that names the variable."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import time
from pathlib import Path

import pytest

from bot.settings import SettingsError, read_settings


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No `.env` and none of the machine's own variables."""
    monkeypatch.chdir(tmp_path)
    for name in ("TELEGRAM_BOT_TOKEN", "TELEGRAM_API_URL", "DATABASE_URL", "DB_HOST"):
        monkeypatch.delenv(name, raising=False)


def test_without_anything_there_is_sqlite_in_the_data_folder() -> None:
    assert str(read_settings().database) == "sqlite+aiosqlite:///data/bot.sqlite3"


def test_the_schema_owners_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {
        "HOST": "db.example",
        "PORT": "5433",
        "NAME": "mt",
        "USER": "bot",
        "PASSWORD": "p@ss/word",
        "SSL": "require",
    }
    for name, value in names.items():
        monkeypatch.setenv(f"DB_{name}", value)
    url = read_settings().database
    assert (url.host, url.port, url.database, url.username, url.password) == (
        "db.example",
        5433,
        "mt",
        "bot",
        "p@ss/word",
    )
    assert url.query == {"ssl": "require"}


def test_database_url_beats_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DB_HOST", "db.example")
    monkeypatch.setenv("DATABASE_URL", "postgres://somebody@elsewhere/other")
    assert read_settings().database.host == "elsewhere"


def test_quiet_hours_cross_midnight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUIET_HOURS", "23:30-07:15")
    quiet = read_settings().quiet_hours
    assert (quiet.begin, quiet.end) == (time(23, 30), time(7, 15))
    assert quiet.contain(time(2))
    assert not quiet.contain(time(12))


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("TIMEZONE", "Mars/Olympus", "TIMEZONE takes a time zone's name such as Asia/Karachi"),
        ("CURRENCY", "RUPEES", "CURRENCY takes an ISO currency code such as PKR"),
        ("QUIET_HOURS", "at night", "QUIET_HOURS takes two times of day such as 22:00-08:00"),
        ("CLOSING_TIME", "nine", "CLOSING_TIME takes a time of day such as 09:00"),
        ("TELEGRAM_API_URL", "localhost", "TELEGRAM_API_URL takes an address that begins with http:// or https://"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL takes postgresql://user:password@host/name or sqlite:///file"),
    ],
)
def test_a_wrong_value_is_one_line(monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert str(refused.value) == says


@pytest.mark.parametrize("name", ["DB_PORT", "CLOSING_DAY", "BCRYPT_ROUNDS", "SEND_RATE", "WEB_PORT", "LOG_FORMAT"])
def test_every_other_wrong_value_names_its_variable(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "-1")
    with pytest.raises(SettingsError, match=f"^{name}: "):
        read_settings()


def test_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    settings = read_settings(data_folder=tmp_path / "data")
    secret = settings.secret()
    assert settings.secret() == secret
    assert stat.S_IMODE((tmp_path / "data" / "secret.key").stat().st_mode) == 0o600


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123:very-secret")
    assert "very-secret" not in repr(read_settings())


def test_processes_that_start_at_once_have_one_secret(tmp_path: Path) -> None:
    """One found the other's file while it was empty, and did not start."""
    given = read_settings()
    with ThreadPoolExecutor(8) as threads:
        for number in range(50):
            each = given.model_copy(update={"data_folder": tmp_path / str(number)})
            [secret] = {made.result() for made in [threads.submit(each.secret) for _ in range(8)]}
            assert len(secret) == 64
            [file] = (tmp_path / str(number)).iterdir()
            assert file.stat().st_mode & 0o777 == 0o600
