"""What a playground holds: people, bots, chats, messages, files. Data and its Bot API form, no behaviour."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

from playground.text import FormattedText

if TYPE_CHECKING:
    from playground.keyboards import InlineKeyboard, ReplyKeyboard
    from playground.updates import UpdateQueue

BotStatus = Literal["member", "kicked", "left"]
BOT_STATUSES: tuple[BotStatus, ...] = get_args(BotStatus)
ChatType = Literal["private", "group", "supergroup"]
ClipKind = Literal["voice", "audio", "video", "video_note", "animation", "sticker"]
CLIP_KINDS: tuple[ClipKind, ...] = get_args(ClipKind)
FileKind = Literal["photo", "document"] | ClipKind
CAPTIONLESS: frozenset[FileKind] = frozenset({"video_note", "sticker"})


@dataclass(slots=True)
class User:
    """A person with a phone."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str = "en"
    deactivated: bool = False

    is_bot = False

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}" if self.last_name else self.first_name

    def to_json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        if self.last_name:
            shown["last_name"] = self.last_name
        if self.username:
            shown["username"] = self.username
        shown["language_code"] = self.language_code
        return shown


@dataclass(frozen=True, slots=True)
class CommandScope:
    """Where a list of commands is shown; `chat_id` and `user_id` only where the type has them."""

    type: str = "default"
    chat_id: int | None = None
    user_id: int | None = None


@dataclass(slots=True)
class Profile:
    """What @BotFather and the set… methods say of a bot, by language ("" is for all others)."""

    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[CommandScope, str], list[dict[str, str]]] = field(default_factory=dict)
    menu_buttons: dict[int | None, dict[str, Any]] = field(default_factory=dict)
    """By user id; None for everyone else."""


@dataclass(slots=True)
class Bot:
    """A bot account."""

    id: int
    token: str
    username: str
    first_name: str
    updates: UpdateQueue
    next_message_id: int
    """One counter for all private chats and groups of the bot."""
    profile: Profile = field(default_factory=Profile)
    started_at: float = 0.0
    webhook_set_at: float = float("-inf")
    """Both by the clock's `monotonic()`."""
    revoked: bool = False
    logged_out: bool = False
    supports_inline: bool = True
    reads_all_group_messages: bool = False

    is_bot = True

    @property
    def name(self) -> str:
        return self.profile.names.get("", self.first_name)

    def to_json(self) -> dict[str, Any]:
        return {"id": self.id, "is_bot": True, "first_name": self.name, "username": self.username}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file's place in the store; `key` never repeats."""

    key: int
    size: int
    kind: FileKind
    file_name: str
    mime_type: str


@dataclass(frozen=True, slots=True)
class PhotoSize:
    file: StoredFile
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture in its sizes, the smallest first."""

    sizes: tuple[PhotoSize, ...]
    has_spoiler: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    file: StoredFile
    thumbnail: PhotoSize | None = None


@dataclass(frozen=True, slots=True)
class ClipFacts:
    """What is said of a clip; what its kind does not have stays empty."""

    duration: int = 0
    width: int = 0
    height: int = 0
    title: str = ""
    performer: str = ""
    emoji: str = ""


@dataclass(frozen=True, slots=True)
class Clip:
    """What Telegram plays or draws by itself: a voice, a song, a video, a round video, an animation, a sticker."""

    kind: ClipKind
    file: StoredFile
    facts: ClipFacts
    thumbnail: PhotoSize | None = None
    has_spoiler: bool = False


Media = Photo | Document | Clip


@dataclass(slots=True)
class Message:
    """A message as it stands now. `text` is the caption where there is media."""

    chat: Chat
    id: int
    sender: User | Bot
    date: int
    text: FormattedText = field(default_factory=lambda: FormattedText(""))
    media: Media | None = None
    special: dict[str, Any] = field(default_factory=dict)
    """A contact, a location, a poll or what a service message tells, by its name in the Bot API."""
    service: str = ""
    """What a phone shows of a service message; "" for what somebody sent."""
    inline_keyboard: InlineKeyboard | None = None
    edit_date: int | None = None
    media_group_id: str | None = None
    reply_to: Message | None = None
    forward_origin: dict[str, Any] | None = None
    via_bot: Bot | None = None
    link_preview: dict[str, Any] | None = None
    has_protected_content: bool = False
    caption_above: bool = False
    editable: bool = True
    """False for what nobody may edit: sent with a reply keyboard or ForceReply, or forwarded."""
    deleted: bool = False
    version: int = 0
    """The chat's version when this message last changed."""
    waiting: dict[tuple[int, int], float] = field(default_factory=dict)
    """Tapped buttons (row, column) that wait for their answer, with the time at which the phone gives up."""

    @property
    def has_caption(self) -> bool:
        """It may have one: it is a file of a kind that people write something below."""
        return self.media is not None and not (isinstance(self.media, Clip) and self.media.kind in CAPTIONLESS)


@dataclass(slots=True)
class Toast:
    """The answer to a tap, as the phone shows it."""

    message_id: int | None
    text: str
    alert: bool
    url: str | None
    at: float
    version: int = 0
    """The chat's version when it was shown."""


@dataclass(slots=True)
class Chat:
    """A bot's chat with a person, or a group with the bot in it."""

    bot: Bot
    id: int
    type: ChatType
    user: User | None = None
    """Of a private chat."""
    title: str = ""
    """Of a group."""
    members: list[User] = field(default_factory=list)
    bot_status: BotStatus = "member"
    upgraded_to: int | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    just_deleted: OrderedDict[int, Message] = field(default_factory=OrderedDict)
    """The last deleted messages with buttons: a tap that was on its way still reaches them."""
    next_message_id: int | None = None
    """A supergroup counts its messages itself; elsewhere the bot's counter is used."""
    started: bool = False
    """The person has written to the bot: before that it may not write to them."""
    blocked: bool = False
    reply_keyboard: ReplyKeyboard | None = None
    force_reply: Message | None = None
    force_reply_placeholder: str = ""
    action: tuple[str, float] | None = None
    """What the bot is doing, and until when the phone shows it."""
    toast: Toast | None = None
    version: int = 0
    """Grows with everything that the phone would show."""

    def to_json(self) -> dict[str, Any]:
        if self.user is None:
            return {"id": self.id, "title": self.title, "type": self.type}
        shown: dict[str, Any] = {"id": self.id, "first_name": self.user.first_name}
        if self.user.last_name:
            shown["last_name"] = self.user.last_name
        if self.user.username:
            shown["username"] = self.user.username
        shown["type"] = "private"
        return shown
