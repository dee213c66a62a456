"""The form engine's own texts: ways out, hints for what a step does not take, what is said when a form is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.screens.form import StepKind
from bot.screens.formatting import cut, esc, isolated
from bot.screens.i18n import _, count
from bot.screens.received import Kind

if TYPE_CHECKING:
    from pydantic import BaseModel

    from bot.screens.form import Step

BUTTON: Final = 28
"""Characters of a button alone in its row on a phone 320 pixels wide."""

MB: Final = 1024 * 1024


def not_taken(kind: Kind, step: Step[BaseModel]) -> str:
    """Two sentences: why that is no answer here, and what is."""
    return f"{_not_readable(kind)} {_do_this(step)}".strip()


def _not_readable(kind: Kind) -> str:
    match kind:
        case Kind.PHOTO:
            return _("A photo is not the answer here.")
        case Kind.DOCUMENT:
            return _("A file is not the answer here.")
        case Kind.VIDEO:
            return _("I cannot watch videos.")
        case Kind.VOICE:
            return _("I cannot listen to voice messages.")
        case Kind.AUDIO:
            return _("I cannot listen to music or recordings.")
        case Kind.ANIMATION:
            return _("An animation is not the answer here.")
        case Kind.STICKER:
            return _("A sticker is not the answer here.")
        case Kind.CONTACT:
            return _("A contact is not the answer here.")
        case Kind.LOCATION:
            return _("A place on the map is not the answer here.")
        case Kind.POLL:
            return _("A poll is not the answer here.")
        case Kind.TEXT:
            return ""
        case Kind.OTHER:
            return _("I cannot use that here.")


def _do_this(step: Step[BaseModel]) -> str:
    match step.kind:
        case StepKind.CHOICE:
            return _("Tap one of the buttons.")
        case StepKind.NUMBER:
            return _("Type a number, for example 300.")
        case StepKind.AMOUNT:
            return _("Type an amount, for example 1500.")
        case StepKind.DAY:
            return _("Tap a day, or type one, for example 15 Nov.")
        case StepKind.MONTH:
            return _("Tap a month, or type one, for example Oct 2026.")
        case StepKind.PERSON:
            return _("Tap a name, or type a part of it.")
        case StepKind.FILES:
            return _("Send photos or files, or tap Done.")
        case StepKind.CONFIRM:
            return _("Tap a button below.")
        case StepKind.SECRET:
            return _("Type the password as a text message.")
        case StepKind.TEXT:
            return _("Type it as a text message.")


def video_as_file() -> str:
    return _("I take photos and files. To send a video or a recording: 📎, then File.")


def no_such_choice(typed: str) -> str:
    return _("There is no “{typed}” here. Tap one of the buttons.").format(typed=esc(cut(typed, 60)))


def nobody_found(typed: str) -> str:
    return _("Nobody is called “{typed}”. Type another part of the name.").format(typed=esc(cut(typed, 60)))


def kept_for_later() -> str:
    return _("📎 Kept.")


def too_long_in_parts(length: int, limit: int) -> str:
    return _(
        "Your phone sent that text in two parts: {length} characters. {limit} is the most. Make it shorter."
    ).format(length=f"{length:,}", limit=f"{limit:,}")


def beginning(length: int) -> str:
    return count("(the beginning of {n} character)", "(the beginning of {n} characters)", length)


def changed(label: str, value: str) -> str:
    return _("✏️ Changed. {label}: <b>{value}</b>").format(label=label, value=value)


# Ways on and out


def skip() -> str:
    return _("⏭ Skip")


def done(files: int) -> str:
    return count("✅ Done, {n} file", "✅ Done, {n} files", files) if files else _("✅ Done, no files")


def remove_last() -> str:
    return _("↩️ Remove the last one")


def keep(value: str) -> str:
    return _("▶️ Keep “{value}”").format(value=isolated(cut(value, 20)))


def leave_empty() -> str:
    return _("🗑 Leave it empty")


def back_to(label: str) -> str:
    return _("‹ {name}").format(name=label)


def back_to_all() -> str:
    return _("‹ Back")


def cancel() -> str:
    return _("✖️ Cancel")


def change() -> str:
    return _("✏️ Change")


def what_to_change() -> str:
    return _("<b>What do you want to change?</b>")


def show_all() -> str:
    return _("👥 All names")


def calendar() -> str:
    return _("📅 Calendar")


def missing(names: list[str]) -> str:
    return _("Still missing: <b>{fields}</b>.").format(fields=", ".join(names))


def since(day: str) -> str:
    return _("open since {day}").format(day=day)


# Stale buttons and closed forms


def earlier_step() -> str:
    return _("This button is from an earlier question. Here is where we are.")


def sent_already() -> str:
    return _("This form was sent already. Nothing was changed.")


def was_cancelled() -> str:
    return _("This form was cancelled. Nothing was sent.")


def was_deleted() -> str:
    return _("This draft was deleted when you started a new one.")


def cancelled(name: str) -> str:
    return _("✖️ Cancelled: {name}. Nothing was changed.").format(name=esc(name)) if name else _("OK, nothing changed.")


def bring_back() -> str:
    return _("↩️ Bring it back")


def continue_it(name: str) -> str:
    return _("▶️ Continue: {name}").format(name=isolated(cut(name, BUTTON)))


def not_finished(name: str) -> str:
    return _("✏️ Not finished: {name}").format(name=esc(cut(name, 60)))


def delete_and_start() -> str:
    return _("🗑 Delete it, start new")


def continue_or_delete(name: str) -> str:
    return _("You have not finished this: <b>{name}</b>.\nContinue it, or start new?").format(name=esc(name))


# Answers that come late


def is_this_the_answer(question: str, typed: str) -> str:
    return _("❓ Is this the answer to “{question}”?\n\n{typed}").format(question=question, typed=typed)


def yes_it_is() -> str:
    return _("✅ Yes")


def no_it_is_not() -> str:
    return _("❌ No")


def not_used() -> str:
    return _("OK, I did not use it. The question is still open.")


def files_sent(number: int) -> str:
    return count("📎 {n} file", "📎 {n} files", number)


def secret_expired() -> str:
    return _(
        "A password step closes after ten minutes. I deleted your message, in case it was your password. "
        "If it was something else, send it again after Cancel."
    )


def edits_are_not_seen() -> str:
    return _("I do not see changes to old messages. Send it again as a new message.")


def file_limit(limit_mb: int) -> str:
    """ "20 MB", "2 GB"."""
    return _("{n} GB").format(n=limit_mb // 1000) if limit_mb >= 1000 else _("{n} MB").format(n=limit_mb)


def too_large(name: str, size: int, limit_mb: int) -> str:
    return _("<b>{name}</b> has {size} MB. {limit} is the most: make it smaller, or split it.").format(
        name=esc(name) if name else _("That file"), size=f"{size / MB:,.1f}", limit=file_limit(limit_mb)
    )


def too_many(limit: int) -> str:
    return _("{n} files are the most. I did not keep the rest: put them into one archive.").format(n=limit)
