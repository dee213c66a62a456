"""What may stand where a Bot API server should: servers that answer everything in one way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

Answer = Callable[[str], bytes]
"""From a request's path to what is sent back."""


def page(status: str, *headers: str) -> Answer:
    """A web page that repeats its path, as many do: with a Bot API call's path, that is the token."""

    def answer(path: str) -> bytes:
        body = f"<html><body><h1>{status}</h1>Cannot POST {path}</body></html>".encode()
        lines = [f"HTTP/1.1 {status}", "Content-Type: text/html", f"Content-Length: {len(body)}", *headers]
        return "\r\n".join(lines).encode() + b"\r\nConnection: close\r\n\r\n" + body

    return answer


def moved_to(url: str) -> Answer:
    """A redirection to the same path elsewhere. Who follows it makes a GET of the POST, and loses what it carried."""
    return lambda path: page("301 Moved Permanently", f"Location: {url}{path}")(path)


def json_of_something_else(_: str) -> bytes:
    body = b'{"status": "up"}'
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


def no_web_server(_: str) -> bytes:
    return b"SSH-2.0-OpenSSH_9.6\r\n"


@asynccontextmanager
async def answering(answer: Answer, port: int = 0) -> AsyncIterator[str]:
    """The address of a server that gives this answer to every request."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await reader.readuntil(b"\r\n\r\n")
            writer.write(answer(request.split()[1].decode()))
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await server.wait_closed()
