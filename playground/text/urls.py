"""Links and e-mail addresses that Telegram finds in a plain text, by the rules of TDLib's match_urls and fix_url."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playground.text import ascii_only
from playground.text.top_level_domains import COMMON_TOP_LEVEL_DOMAINS
from playground.text.unicode import is_word
from playground.text.utf16 import utf8_length

if TYPE_CHECKING:
    from collections.abc import Iterator

# A link ends at a separator, and at general punctuation other than joiners and dashes.
_ABOVE_LATIN1 = r"\u00c0-\u167f\u1681-\u1fff\u200c\u200d\u2010-\u2015\u2070-\u2fff\u3001-\U0010ffff"
_NOT_SEPARATORS = (
    r"\u0080-\u009f\u00a1-\u167f\u1681-\u1fff\u200b-\u2027\u202a-\u202e\u2030-\u205e\u2060-\u2fff\u3001-\U0010ffff"
)
_LATIN1_PATH = r"\0-\x09\x0b-\x1f!#-;=?-\x9f\u00a1-\u00aa\u00ac-\u00ba\u00bc-\u00bf"
_LATIN1_USERDATA = r"\0-\x09\x0b-\x1f!#-&*-.0-;=?A-Z\\^_a-z|~-\x9f\u00a1-\u00aa\u00ac-\u00ba\u00bc-\u00bf"

_DOMAIN_CHAR = re.compile(rf"[.A-Za-z0-9_\-~{_ABOVE_LATIN1}]")
_DOMAIN_OR_AT = re.compile(rf"[.A-Za-z0-9_\-~@{_ABOVE_LATIN1}]*")
_USERDATA_CHAR = re.compile(rf"[{_LATIN1_USERDATA}{_ABOVE_LATIN1}]")
_PROTOCOL_CHAR = re.compile(rf"[A-Za-z0-9+\-{_NOT_SEPARATORS}]")
_PATH = re.compile(rf"[/?#][{_LATIN1_PATH}{_ABOVE_LATIN1}]*")
_PORT = re.compile(r":(0*)([0-9]*)")
_TG_LINK = re.compile(r"://[A-Za-z0-9_\-]{1,253}")
_NOT_AT_PATH_END = ".:;,('?!`"

_PROTOCOL = re.compile("(?:https?|ftp|tonsite)://", re.ASCII | re.IGNORECASE)
_PROTOCOLS = (("http", ("shttp",)), ("https", ()), ("ftp", ("tftp", "sftp")), ("tonsite", ()))
_BRACKETS = {")": "(", "]": "[", "}": "{"}

_EMAIL = re.compile(
    r"(?:[A-Za-z0-9_\-]{0,26}[.+]){0,10}[A-Za-z0-9_\-]{1,35}"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9_\-]{0,28}[A-Za-z0-9])?\.){1,6}[A-Za-z]{2,8}"
)
_IPV4_PART = re.compile(r"0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5]")
_PUNYCODE = re.compile(r"xn--[A-Za-z0-9]{2,}")


def find_tg_links(text: str) -> Iterator[tuple[int, int]]:
    """The spans of `tg://…` and `ton://…` links, as indexes of the first character and of what follows."""
    at = 0
    # TDLib stops looking when fewer bytes are left than the shortest link has.
    while len(text) - at > 5 or utf8_length(text[at:]) > 5:
        at = text.find(":", at)
        if at < 0:
            return
        host = _TG_LINK.match(text, at)
        begin = _tg_scheme_begin(text, at)
        if host is None or begin is None:
            at += 3 if begin is not None and text.startswith("://", at) else 1
            continue
        at = _path_end(text, host.end())
        yield begin, at


def _tg_scheme_begin(text: str, colon: int) -> int | None:
    scheme = ascii_only.lower(text[max(0, colon - 7) : colon])
    if scheme.endswith("tg"):
        return colon - 2
    # Of `tonsite`, TDLib takes the last three letters only.
    return colon - 3 if scheme.endswith("ton") or scheme == "tonsite" else None


def _path_end(text: str, at: int) -> int:
    """Where the path, query or fragment that may begin at `at` ends; a lone `?` or `#` is none."""
    path = _PATH.match(text, at)
    if path is None:
        return at
    end = at + max(1, len(path[0].rstrip(_NOT_AT_PATH_END)))
    return end if text[at] == "/" or end > at + 1 else at


def find_urls(text: str) -> Iterator[tuple[int, int, bool]]:
    """The spans of links and e-mail addresses around the dots of `text`, with whether it is an address."""
    for begin, end in _match_urls(text):
        url = text[begin:end]
        if _EMAIL.fullmatch(url) is not None:
            yield begin, end, True
        elif url.startswith("mailto:") and _EMAIL.fullmatch(url, 7) is not None:
            yield begin + 7, end, True
        else:
            length = _link_length(url)
            if length:
                yield begin, begin + length, False


def _match_urls(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while True:
        dot = text.find(".", start)
        if dot < 0 or dot + 1 == len(text):
            return
        if text[dot + 1] == " ":
            start = dot + 2
            continue
        found = _Candidate(text, start, dot)
        if found.is_good:
            if found.end > dot + 1:
                yield found.begin, found.end
            start = found.end
            while text.startswith(".", start):
                start += 1
        else:
            start = text.rfind(".", dot, found.end) + 1
        start = max(start, dot + 1)


class _Candidate:
    """What could be a link around one dot: `[protocol://][userdata@]domain[:port][path]`."""

    __slots__ = ("_start", "_text", "begin", "end", "is_good")

    def __init__(self, text: str, start: int, dot: int) -> None:
        """Read around `dot`, but not before `start`, where the last link ended."""
        self._text, self._start = text, start
        self.is_good = True
        self.begin = self._back_while(_DOMAIN_CHAR, dot)
        domain = _DOMAIN_OR_AT.match(text, dot)
        domain_end = dot if domain is None else domain.end()
        has_at = text.find("@", dot, domain_end) >= 0
        if has_at:
            self.begin = self._back_while(_USERDATA_CHAR, self.begin)
        self.end = _path_end(text, self._port_end(domain_end))
        while self.end > dot + 1 and text[self.end - 1] == ".":
            self.end -= 1
        self._read_userdata(has_at)
        self._read_protocol()

    def _back_while(self, allowed: re.Pattern[str], at: int) -> int:
        while at > self._start and allowed.match(self._text, at - 1) is not None:
            at -= 1
        return at

    def _port_end(self, at: int) -> int:
        port = _PORT.match(self._text, at)
        if port is None or not 0 < len(port[2]) <= 5 or int(port[2]) > 0xFFFF:
            return at
        return port.end()

    def _read_userdata(self, has_at: bool) -> None:
        if self.begin == self._start or self._text[self.begin - 1] != "@":
            return
        userdata = self._back_while(_USERDATA_CHAR, self.begin - 1)
        self.is_good = not has_at and userdata < self.begin - 1
        self.begin = userdata

    def _read_protocol(self) -> None:
        if self.begin == self._start:
            return
        before = self._text[self._start : self.begin]
        if before.endswith("://") and utf8_length(before[-6:]) >= 6:
            end = self.begin - 3
            name = ascii_only.lower(self._text[self._back_while(_PROTOCOL_CHAR, end) : end])
            for protocol, others in _PROTOCOLS:
                if name.endswith(protocol) and name not in others:
                    self.begin = end - len(protocol)
                    return
            self.is_good = False
        elif before[-1] in "/#@" or is_word(before[-1]):
            self.is_good = False


def _link_length(url: str) -> int:
    """How much of `url` is a link once its end is tidied up; 0 if it is none after all."""
    protocol = _PROTOCOL.match(url)
    authority_begin = 0 if protocol is None else protocol.end()
    domain_end = min((at for at in (url.find(mark, authority_begin) for mark in "/?#") if at >= 0), default=len(url))
    domain = url[authority_begin:domain_end]
    domain = domain[domain.find("@") + 1 :]
    port = domain.rfind(":")
    if port >= 0:
        domain = domain[:port]
    # Telegram's own look-alike.
    if ascii_only.lower(domain) == "teiegram.org" or not _is_domain(domain, protocol is not None):
        return 0
    return domain_end + _balanced_length(url[domain_end:])


def _balanced_length(path: str) -> int:
    """How much of `path` comes before a closing bracket that nothing opened, and before trailing punctuation."""
    opened = dict.fromkeys(_BRACKETS.values(), 0)
    end = len(path)
    for at, char in enumerate(path):
        if char in opened:
            opened[char] += 1
        elif char in _BRACKETS:
            opened[_BRACKETS[char]] -= 1
            if opened[_BRACKETS[char]] < 0:
                end = at
                break
    return len(path[:end].rstrip(_NOT_AT_PATH_END))


def _is_domain(domain: str, has_protocol: bool) -> bool:
    parts = domain.split(".")
    if len(parts) == 1 or any(not part or part[-1] == "-" or utf8_length(part) >= 64 for part in parts):
        return False
    if all(char in "0123456789." for char in domain):
        return len(parts) == 4 and all(_IPV4_PART.fullmatch(part) is not None for part in parts)
    top = parts[-1]
    if "_" in parts[-2] or len(top) <= 1:
        return False
    if top.startswith("xn--"):
        return _PUNYCODE.fullmatch(top) is not None
    if "_" in top or "-" in top:
        return False
    return has_protocol or _is_common_top_level_domain(top)


def _is_common_top_level_domain(top: str) -> bool:
    if top in COMMON_TOP_LEVEL_DOMAINS:
        return True
    # One character for one: Python lowers a dotted capital I to two.
    lowered = "".join(char.lower()[0] for char in top)
    # A capital first letter only is a sentence that begins right after a dot.
    return lowered[1:] != top[1:] and lowered in COMMON_TOP_LEVEL_DOMAINS
