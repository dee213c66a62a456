"""Links as Telegram's client library reads them: which are refused, and how the accepted ones are written.

The rules are those of TDLib's LinkManager and HttpUrl (tdlib/td), compared with the real library in the tests.
"""

from __future__ import annotations

import re
import socket

from playground.text import ascii_only
from playground.text.utf16 import has_lone_surrogates

_MAX_USER_ID = (1 << 40) - 1
_TG_SCHEMES = (("tg:", "tg"), ("ton:", "ton"), ("tonsite:", "tonsite"))
_COMMON_LINK = re.compile(r"https?://[a-z0-9\-]+(?:\.[a-z0-9\-]+)+/[!-~]*")
"""Links that need neither a look at their parts nor a change: most."""
_PROTOCOL = re.compile(r"([^:/?#@\[\]]*)://")
_AUTHORITY = re.compile(r"[^/?#]*")
_HOST = re.compile(r"(?:[A-Za-z0-9.\-_!$,~*'();&+=\x80-\U0010ffff]|%[0-9A-Fa-f]{2})*")
_USERINFO = re.compile(r"(?:[A-Za-z0-9.\-_!$,~*'();&+=:\x80-\U0010ffff]|%[0-9A-Fa-f]{2})*")
_IPV6_HOST = re.compile(r"[0-9a-f:.]*")
_TG_HOST = re.compile(r"[A-Za-z0-9_\-]*")
_TONSITE_HOST = re.compile(r"[A-Za-z0-9_\-.]*")
_ESCAPED_IN_QUERY = re.compile(r"[\0- ]")


class LinkError(ValueError):
    """A link that Telegram refuses; `str(error)` is the reason in TDLib's words."""


class _HttpUrl:
    """The parts of `[http[s]://][userinfo@]host[:port][/path][?query][#fragment]`."""

    __slots__ = ("host", "is_https", "is_ipv6", "port", "query", "userinfo")

    def __init__(self, url: str) -> None:
        """Take `url` apart; raises LinkError where TDLib does not take it for a URL."""
        self.is_https = False
        begin = 0
        protocol = _PROTOCOL.match(url)
        if protocol is not None:
            name = ascii_only.lower(protocol[1])
            if name not in ("http", "https"):
                raise LinkError("Unsupported URL protocol")
            self.is_https = name == "https"
            begin = protocol.end()
        authority_end = _end_of(_AUTHORITY, url, begin)
        address, self.port = _split_port(url[begin:authority_end])
        self.userinfo, _, host = address.rpartition("@")
        self.is_ipv6 = host.startswith("[") and host.endswith("]")
        if self.is_ipv6 and not _is_ipv6_address(host[1:-1]):
            raise LinkError("Wrong IPv6 address specified in the URL")
        if not host:
            raise LinkError("URL host is empty")
        if host == ".":
            raise LinkError("Host is invalid")
        self.query = _query(url[authority_end:])
        self.host = ascii_only.lower(host)
        self._check_characters()

    def _check_characters(self) -> None:
        if self.is_ipv6:
            if _IPV6_HOST.fullmatch(self.host[1:-1]) is None:
                raise LinkError("Wrong IPv6 URL host")
            return
        for part, allowed, name in ((self.host, _HOST, "host"), (self.userinfo, _USERINFO, "userinfo")):
            end = _end_of(allowed, part, 0)
            if end < len(part):
                if part[end] == "%":
                    raise LinkError(f"Wrong percent-encoded symbol in URL {name}")
                raise LinkError(f"Disallowed character in URL {name}")

    def __str__(self) -> str:
        userinfo = f"{self.userinfo}@" if self.userinfo else ""
        port = f":{self.port}" if self.port else ""
        return f"http{'s' if self.is_https else ''}://{userinfo}{self.host}{port}{self.query}"


def _end_of(pattern: re.Pattern[str], text: str, begin: int) -> int:
    """Where the longest match of a `pattern` that matches even nothing ends."""
    found = pattern.match(text, begin)
    return begin if found is None else found.end()


def _split_port(address: str) -> tuple[str, int]:
    """`[userinfo@]host` and the port (0: none) of `address`."""
    colon = max(address.rfind(":"), address.rfind("]"), address.rfind("@"))
    if colon <= 0 or address[colon] != ":":
        return address, 0
    port = ascii_only.exact_integer(address[colon + 1 :].lstrip("0") or "0", 32)
    if not port or not 0 < port <= 0xFFFF:
        raise LinkError("Wrong port number specified in the URL")
    return address[:colon], port


def _is_ipv6_address(address: str) -> bool:
    try:
        socket.inet_pton(socket.AF_INET6, address)
    except (OSError, ValueError):
        return False
    return True


def _query(rest: str) -> str:
    rest = rest.rstrip(" \t\r\n\0\v")
    if not rest.startswith("/"):
        rest = "/" + rest
    return _ESCAPED_IN_QUERY.sub(lambda found: f"%{ord(found[0]):02X}", rest)


def check_link(link: str) -> str:
    """The form in which Telegram keeps `link`: `http://example.com` becomes `http://example.com/`.

    Raises LinkError for what it does not take for a link.
    """
    if _COMMON_LINK.fullmatch(link) is not None:
        return link
    lowered = ascii_only.lower(link[:8])
    for prefix, scheme in _TG_SCHEMES:
        if lowered.startswith(prefix):
            return _check_tg_link(link[len(prefix) :].removeprefix("//"), scheme)
    url = _HttpUrl(link)
    if "." not in url.host and not url.is_ipv6:
        raise LinkError("Wrong HTTP URL")
    return str(url)


def _check_tg_link(link: str, scheme: str) -> str:
    url = _HttpUrl(link)
    if ascii_only.lower(link[:7]) == "http://" or url.is_https or url.userinfo or url.port or url.is_ipv6:
        raise LinkError("Wrong tg URL" if scheme == "tg" else "Wrong ton URL")
    allowed = _TONSITE_HOST if scheme == "tonsite" else _TG_HOST
    if allowed.fullmatch(url.host) is None:
        raise LinkError("Unallowed characters in URL host")
    query = url.query[1:] if url.query.startswith("/?") else url.query
    return f"{scheme}://{url.host}{query}"


def checked_link(link: str) -> str | None:
    """`check_link`, with None for a link that is refused."""
    try:
        return check_link(link)
    except LinkError:
        return None


def link_error(link: str, error: LinkError) -> str:
    """The sentence in which Telegram refuses `link`."""
    return f"URL is invalid: {error}" if has_lone_surrogates(link) else f"URL '{link}' is invalid: {error}"


def user_id_of_link(link: str) -> int | None:
    """The user that a `tg://user?id=…` link mentions; None for any other link."""
    query = _tg_query(link, "user")
    for key, value in () if query is None else _parameters(ascii_only.lower(query)):
        if key == "id":
            user_id = ascii_only.exact_integer(value, 64)
            return user_id if user_id is not None and is_user_id(user_id) else None
    return None


def is_user_id(user_id: int) -> bool:
    """Whether a user can have this identifier."""
    return 0 < user_id <= _MAX_USER_ID


def custom_emoji_id_of_link(link: str) -> int | None:
    """The custom emoji that a `tg://emoji?id=…` link shows; None for any other link."""
    query = _tg_query(link, "emoji")
    for key, value in () if query is None else _parameters(query):
        if key == "id":
            return ascii_only.exact_integer(value, 64) or None
    return None


def time_of_link(link: str) -> tuple[int, str] | None:
    """The Unix time (seconds) and the format's letters of a `tg://time?unix=…&format=…` link; None for any other."""
    query = _tg_query(link, "time")
    unix_time, letters = 0, ""
    for key, value in () if query is None else _parameters(query):
        if key == "unix":
            unix_time = ascii_only.exact_integer(value, 32) or 0
            if unix_time <= 0:
                return None
        elif key == "format":
            letters = value
    return (unix_time, letters) if unix_time else None


def _tg_query(link: str, host: str) -> str | None:
    """What follows the question mark of `tg:[//]host[/]?…`, without the fragment."""
    if ascii_only.lower(link[:3]) != "tg:":
        return None
    rest = link[3:].removeprefix("//")
    if ascii_only.lower(rest[: len(host)]) != host:
        return None
    rest = rest[len(host) :].removeprefix("/")
    return rest[1:].partition("#")[0] if rest.startswith("?") else None


def _parameters(query: str) -> list[tuple[str, str]]:
    return [(key, value) for key, _, value in (part.partition("=") for part in query.split("&"))]
