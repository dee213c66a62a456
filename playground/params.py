"""The parameters of a call: query string and body merged, and read as leniently as the real server reads them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import orjson
from starlette.datastructures import Headers
from starlette.formparsers import MultiPartException, MultiPartParser

from playground.errors import ApiError, bad_request

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

MAX_TOTAL_LENGTH = 1 << 20
"""Bytes of all parameters together, files apart."""
MAX_FILES = 50

INT32 = (-(1 << 31), (1 << 31) - 1)
LEADING_INTEGER = re.compile(r"-?[0-9]+")
JSON_DECODER = json.JSONDecoder()
JSON_SPACE = re.compile(r"[ \t\n\r]*")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a multipart call."""

    file_name: str
    content_type: str
    content: bytes


@dataclass(slots=True)
class Params:
    """A call's parameters. For a repeated name the first counts, so the URL beats the body."""

    values: dict[str, str] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def raw(self, name: str) -> str:
        return self.values.get(name, "")

    def text(self, name: str) -> str:
        """A text for people.

        Raises:
            ApiError: 400, the bytes were not UTF-8.
        """
        value = self.values.get(name, "")
        if not is_unicode(value):
            raise bad_request("strings must be encoded in UTF-8")
        return value

    def boolean(self, name: str) -> bool:
        return self.values.get(name, "").strip().lower() in {"true", "yes", "1"}

    def integer(self, name: str, default: int = 0, low: int = INT32[0], high: int = INT32[1]) -> int:
        """Junk is 0 and a value out of range is moved to the nearest bound: never an error."""
        value = self.values.get(name, "")
        return max(low, min(high, lenient_integer(value) if value else default))

    def required(self, name: str) -> str:
        value = self.values.get(name, "")
        if not value:
            raise bad_request(f'Parameter "{name}" is required')
        return value

    def json(self, name: str, what: str) -> Any:
        """The decoded JSON of a parameter, None where it is absent.

        Raises:
            ApiError: 400 `can't parse {what}`.
        """
        value = self.values.get(name, "")
        if not value:
            return None
        try:
            return orjson.loads(value)
        except (orjson.JSONDecodeError, UnicodeEncodeError):
            raise bad_request(f"can't parse {what}") from None


def is_unicode(value: str) -> bool:
    """False for a text that holds half of a surrogate pair: what undecodable bytes were turned into."""
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def lenient_integer(value: str) -> int:
    found = LEADING_INTEGER.match(value)
    return int(found.group()[:20]) if found else 0


async def read_params(
    method: str, query_string: bytes, headers: Headers, body: AsyncIterator[bytes], *, upload_bytes: int
) -> Params:
    """Reads a call's parameters.

    Raises:
        ApiError: 413, too many or too long; 400, a multipart body that is none.
    """
    params = Params()
    if query_string:
        _merge(params, _form(query_string))
    content_type = headers.get("content-type", "") if method == "POST" else ""
    kind = content_type.lower()
    if "multipart/form-data" in kind:
        await _merge_multipart(params, headers, body, upload_bytes)
    else:
        chunks = [chunk async for chunk in body]
        content = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        if content and "application/x-www-form-urlencoded" in kind:
            _check_length(len(content))
            _merge(params, _form(content))
        elif content and "application/json" in kind:
            _check_length(len(content))
            _merge(params, _json_members(content))
    return params


def _check_length(length: int) -> None:
    if length > MAX_TOTAL_LENGTH:
        raise ApiError(413, "Request Entity Too Large: too much parameters")


def _merge(params: Params, found: list[tuple[str, str]]) -> None:
    for name, value in found:
        params.values.setdefault(name, value)


def _form(content: bytes) -> list[tuple[str, str]]:
    _check_length(len(content))
    return parse_qsl(content.decode("utf-8", "surrogateescape"), keep_blank_values=True, errors="surrogateescape")


def _json_members(content: bytes) -> list[tuple[str, str]]:
    """The members of a JSON object: strings decoded, other values as their raw JSON text.

    A body that is no object, or breaks off, gives what could be read before that: the real server reports nothing.
    """
    text = content.decode("utf-8", "surrogateescape")
    found: list[tuple[str, str]] = []

    def skip_space(at: int) -> int:
        match = JSON_SPACE.match(text, at)
        return match.end() if match else at

    at = skip_space(0)
    if text[at : at + 1] != "{":
        return found
    at = skip_space(at + 1)
    try:
        while text[at : at + 1] == '"':
            name, at = JSON_DECODER.raw_decode(text, at)
            at = skip_space(at)
            if text[at : at + 1] != ":":
                break
            start = skip_space(at + 1)
            value, end = JSON_DECODER.raw_decode(text, start)
            found.append((name, value if isinstance(value, str) else text[start:end]))
            at = skip_space(end)
            if text[at : at + 1] != ",":
                break
            at = skip_space(at + 1)
    except (ValueError, RecursionError):
        pass
    return found


async def _merge_multipart(params: Params, headers: Headers, body: AsyncIterator[bytes], upload_bytes: int) -> None:
    if "boundary=" not in headers["content-type"]:
        raise bad_request("boundary not found")
    parser = MultiPartParser(
        headers,
        _bounded(body, upload_bytes),
        max_files=MAX_FILES,
        max_fields=MAX_TOTAL_LENGTH,
        max_part_size=MAX_TOTAL_LENGTH,
    )
    try:
        form = await parser.parse()
    except MultiPartException as error:
        if "Too many files" in error.message:
            raise ApiError(413, "Request Entity Too Large: too much files attached") from None
        if "exceeded maximum size" in error.message:
            raise ApiError(413, "Request Entity Too Large: too much parameters") from None
        raise bad_request("can't parse form data headers") from None
    try:
        total = 0
        for name, value in form.multi_items():
            if isinstance(value, str):
                total += len(name) + len(value)
                params.values.setdefault(name, value)
            else:
                params.files.setdefault(
                    name,
                    Upload(value.filename or "", value.content_type or "application/octet-stream", await value.read()),
                )
        _check_length(total)
    finally:
        await form.close()


async def _bounded(body: AsyncIterator[bytes], upload_bytes: int) -> AsyncGenerator[bytes, None]:
    """Stops a body that no method could take, before it fills the memory: what the real front server does."""
    length = 0
    async for chunk in body:
        length += len(chunk)
        if length > upload_bytes + MAX_TOTAL_LENGTH:
            raise ApiError(413, "Request Entity Too Large")
        yield chunk
