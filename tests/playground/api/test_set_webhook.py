"""setWebhook: what it refuses. What it delivers is in `tests/playground/webhooks`."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pytest

from playground.settings import Settings

if TYPE_CHECKING:
    from tests.playground.api.raw import Api


@pytest.fixture
def settings() -> Settings:
    """As strict as api.telegram.org, not as a `--local` server."""
    return Settings(flood=None, local=False)


@pytest.mark.parametrize(
    ("url", "description"),
    [
        ("https://", "invalid webhook URL specified"),
        ("ftp://example.com/", "invalid webhook URL specified"),
        ("https://example.com:port/", "invalid webhook URL specified"),
        ("https://exam ple.com/", "invalid webhook URL specified"),
        ("https://[::1/", "invalid webhook URL specified"),
        ("http://example.com/", "bad webhook: An HTTPS URL must be provided for webhook"),
        ("example.com", "bad webhook: An HTTPS URL must be provided for webhook"),
        ("https://example.com:8080/", "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"),
        ("https://127.0.0.1/", "bad webhook: IP address 127.0.0.1 is reserved"),
        ("https://192.168.1.7:8443/hook", "bad webhook: IP address 192.168.1.7 is reserved"),
    ],
)
async def test_an_address_that_telegram_does_not_call(api: Api, url: str, description: str) -> None:
    await api.refuses("setWebhook", {"url": url}, description)


@pytest.mark.parametrize(
    ("secret", "description"),
    [
        ("x" * 257, "secret token is too long"),
        ("with space", "secret token contains unallowed characters"),
        ("ü", "secret token contains unallowed characters"),
        ("line\n", "secret token contains unallowed characters"),
    ],
)
async def test_a_secret_that_telegram_does_not_send(api: Api, secret: str, description: str) -> None:
    await api.refuses("setWebhook", {"url": "https://127.0.0.1/", "secret_token": secret}, description)


async def test_a_host_that_nobody_knows(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    description = "bad webhook: Failed to resolve host: Name or service not known"
    await api.refuses("setWebhook", {"url": "https://nobody.example/"}, description)


async def test_a_second_webhook_within_a_second_comes_too_soon(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("8.8.8.8", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    await api.ok("setWebhook", {"url": "https://bot.example/"})
    again = {"url": "https://other.example/"}
    await api.refuses("setWebhook", again, "retry after 1", code=429, parameters={"retry_after": 1})
    await api.bot.client.advance(1)
    await api.ok("setWebhook", again)
    assert await api.ok("getWebhookInfo") == {
        "url": "https://other.example/",
        "has_custom_certificate": False,
        "pending_update_count": 0,
        "max_connections": 40,
        "ip_address": "8.8.8.8",
    }
