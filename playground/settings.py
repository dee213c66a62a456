"""What a playground may be told, with the defaults that come closest to Telegram."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FloodLimits:
    """How fast a bot may send. Telegram keeps its real numbers to itself; these are what it says in public."""

    per_chat: float = 1.0
    """Messages a second in one private chat, on average."""
    per_chat_burst: int = 5
    """As many may come at once before the average counts."""
    per_group_minute: float = 20.0
    """Messages a minute in one group."""
    overall: float = 30.0
    """Messages a second of one bot to all chats; 1000 with paid broadcasts."""
    absorbed: float = 8.0
    """A wait up to this many seconds is a slow answer, a longer one is 429."""
    unsent_per_chat: int = 310
    """As many calls may wait in one chat; the next gets 429 with `retry_after` 60."""
    active_requests: int = 1000
    """As many calls of one bot may be under way; the next gets 429 with `retry_after` 60."""
    guard_pause: float = 3.0
    """Seconds before that 429 is answered."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits and sizes of one playground."""

    flood: FloodLimits | None = field(default_factory=FloodLimits)
    """None: send as fast as you can, as benchmarks and most tests want it."""
    local: bool = True
    """As the real server's `--local`: webhooks may go to any address over plain HTTP."""
    host: str = ""
    """An address or a name, beside this machine's own, under which the playground answers: the one it listens on."""
    any_token: bool = False
    """A well-formed token that nobody made is a new bot, instead of 401."""

    callback_answer_seconds: float = 30.0
    """How long a tap may be answered (people report 10 to 60)."""
    callback_update_seconds: float = 150.0
    """How long a tap waits to be fetched."""
    message_update_seconds: float = 86_400.0
    update_queue: int = 100_000
    """As many updates may wait; older ones are dropped."""

    inline_row_buttons: int = 8
    inline_buttons: int = 100
    markup_bytes: int = 10_000

    photo_bytes: int = 10 << 20
    upload_bytes: int = 50 << 20
    download_bytes: int = 20 << 20
    """getFile's limit; a `--local` server has 2000 MB."""
    local_paths: bool = False
    """As the real server's `--local` too: getFile tells where the file lies on the server's disk."""
    phone_upload_bytes: int = 100 << 20
    """What a phone of the playground can send: enough to try what a bot cannot fetch."""

    kept_messages: int = 1_000
    """Messages kept in a chat; the oldest are forgotten, as if they were deleted long ago."""
    kept_calls: int = 2_000
    kept_events: int = 5_000
    kept_file_bytes: int = 512 << 20
    """The oldest files' bytes are dropped beyond it; their ids then answer like a file that is gone."""
