"""`python -m playground.example`: runs the bot until Ctrl-C."""

from __future__ import annotations

import logging
import os
import sys

from telegram.error import InvalidToken, NetworkError

from playground.example.bot import build

MISSING = (
    "The example bot needs TELEGRAM_API_URL and TELEGRAM_BOT_TOKEN in its environment; `make demo` sets both and "
    "runs the playground beside it."
)


def main() -> None:
    api_url = os.environ.get("TELEGRAM_API_URL", "").rstrip("/")
    token = os.environ.get("TELEGRAM_BOT_TOKEN", "")
    if not api_url or not token:
        print(MISSING, file=sys.stderr)
        sys.exit(2)
    # Warnings only: at INFO, httpx writes every address that it calls, and the token is a part of those.
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    # What this one would say, with its traceback, comes to `on_error` or to the lines below.
    logging.getLogger("telegram.ext").setLevel(logging.CRITICAL)
    try:
        build(api_url, token).run_polling()
    except InvalidToken:
        print(f"{api_url} does not accept TELEGRAM_BOT_TOKEN.", file=sys.stderr)
        sys.exit(1)
    except NetworkError as error:
        print(f"Cannot reach {api_url}: {error}.", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
