"""Refusals, worded and coded as the real server words them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

PREFIXES = {
    400: "Bad Request: ",
    401: "Unauthorized",
    403: "Forbidden: ",
    404: "Not Found",
    409: "Conflict: ",
    413: "Request Entity Too Large",
    429: "Too Many Requests: ",
    500: "Internal Server Error: ",
    501: "Not Implemented: ",
}


class ApiError(Exception):
    """A call that is refused. Becomes `{"ok": false, "error_code": code, "description": …, "parameters": …}`.

    `message` is the inner text: the prefix of its code and the lower first letter are added by `description`.
    """

    def __init__(self, code: int, message: str, *, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        if code == HTTPStatus.FORBIDDEN and message.replace("_", "").isalnum() and message.isupper():
            code = HTTPStatus.BAD_REQUEST
        self.code = int(code)
        self.message = message
        self.parameters = parameters

    @property
    def description(self) -> str:
        prefix = PREFIXES.get(self.code, "")
        if not self.message:
            return prefix.rstrip(": ")
        if self.message.startswith(prefix.rstrip(": ")) and prefix:
            return self.message
        return prefix + lower_first(self.message)

    def to_json(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def lower_first(message: str) -> str:
    """Lowers the first letter, unless the second character tells that a code comes first (`BUTTON_…`, `URL …`)."""
    if len(message) > 1 and (message[1] == "_" or message[1].isupper()):
        return message
    return message[:1].lower() + message[1:]


def bad_request(message: str, **parameters: Any) -> ApiError:
    return ApiError(400, message, parameters=parameters or None)


def too_many_requests(retry_after: int) -> ApiError:
    """A flood limit was passed; `retry_after` in whole seconds."""
    return ApiError(429, f"retry after {retry_after}", parameters={"retry_after": retry_after})
