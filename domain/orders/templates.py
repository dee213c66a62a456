"""The words with which work is sent back."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.errors import NotFound
from domain.orders.model import ReasonTemplate, TemplateKind
from domain.typed_input.text import check_text


async def reason_for(session: AsyncSession, words: str | None, template: UUID | None, kind: TemplateKind) -> str:
    """Why work is sent back: in own words, or a template's.

    Raises:
        TextMissing, TextTooLong: The words.
        NotFound: There is no such template any more.
    """
    if words is None and template is not None:
        words = await session.scalar(
            select(ReasonTemplate.text).where(ReasonTemplate.id == template, ReasonTemplate.kind == kind)
        )
        if words is None:
            raise NotFound(what="template")
    return check_text(words, field="reason" if kind is TemplateKind.REJECT else "note")
