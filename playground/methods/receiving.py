"""getUpdates and the webhook's methods."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import orjson

from playground.errors import ApiError, too_many_requests
from playground.methods.call import Call, Done
from playground.updates import DEFAULT_KINDS, MAX_LIMIT, MAX_TIMEOUT, WEBHOOK_CONFLICT
from playground.webhooks import DEFAULT_CONNECTIONS, MAX_CONNECTIONS, Webhook, WebhookDelivery, check_secret, check_url

if TYPE_CHECKING:
    from playground.model import Bot
    from playground.world import World

RunReply = Callable[[bytes, str], Awaitable[None]]
"""Runs the call in a webhook's answer: its body and content type."""

SET_PAUSE = 1.0
"""Seconds between two setWebhook calls."""


async def get_updates(call: Call) -> list[orjson.Fragment]:
    if call.bot.id in call.world.deliveries:
        raise ApiError(409, WEBHOOK_CONFLICT)
    _allow(call)
    offset = call.params.integer("offset")
    limit = call.params.integer("limit", MAX_LIMIT, 1, MAX_LIMIT)
    timeout = call.params.integer("timeout", 0, 0, MAX_TIMEOUT)
    found = await call.bot.updates.fetch(offset, limit, timeout)
    return [orjson.Fragment(body) for body in found]


def _allow(call: Call) -> None:
    """Takes over `allowed_updates`; absent or unreadable, the last list stays."""
    value = call.params.raw("allowed_updates")
    if not value:
        return
    try:
        call.bot.updates.allow(orjson.loads(value))
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return


async def set_webhook(call: Call, run_reply: RunReply) -> Done:
    url = call.params.text("url").strip()
    if not url:
        return await delete_webhook(call)
    secret = call.params.raw("secret_token")
    check_secret(secret)
    address = await check_url(url, local=call.world.settings.local)
    now = call.world.clock.monotonic()
    if now - call.bot.webhook_set_at < SET_PAUSE:
        raise too_many_requests(1)
    call.bot.webhook_set_at = now
    _allow(call)
    if call.params.boolean("drop_pending_updates"):
        call.bot.updates.clear()
    webhook = Webhook(
        url,
        secret,
        call.params.integer("max_connections", DEFAULT_CONNECTIONS, 1, MAX_CONNECTIONS),
        call.params.raw("ip_address") or address,
        "certificate" in call.params.files,
    )
    current = call.world.deliveries.get(call.bot.id)
    if current is not None and current.webhook == webhook:
        return Done(True, "Webhook is already set")
    if current is not None:
        await current.close()
    await call.bot.updates.conflict("terminated by setWebhook request")
    world, bot = call.world, call.bot
    delivery = WebhookDelivery(
        webhook,
        bot.updates,
        world.clock,
        reply=lambda content, content_type: world.later(run_reply(content, content_type)),
        on_gone=lambda: world.later(_remove(world, bot, only=delivery)),
    )
    world.deliveries[bot.id] = delivery
    delivery.start()
    return Done(True, "Webhook was set")


async def delete_webhook(call: Call) -> Done:
    if call.params.boolean("drop_pending_updates"):
        call.bot.updates.clear()
    removed = await _remove(call.world, call.bot)
    return Done(True, "Webhook was deleted" if removed else "Webhook is already deleted")


async def _remove(world: World, bot: Bot, *, only: WebhookDelivery | None = None) -> bool:
    """Ends the bot's delivery, with `only` unless another took its place; tells whether there was one."""
    delivery = world.deliveries.get(bot.id)
    if delivery is None or only not in {None, delivery}:
        return False
    del world.deliveries[bot.id]
    await delivery.close()
    return True


async def get_webhook_info(call: Call) -> dict[str, Any]:
    delivery = call.world.deliveries.get(call.bot.id)
    info: dict[str, Any] = {
        "url": delivery.webhook.url if delivery else "",
        "has_custom_certificate": delivery.webhook.has_custom_certificate if delivery else False,
        "pending_update_count": len(call.bot.updates),
    }
    if delivery is not None:
        info.update(delivery.info())
        info["max_connections"] = delivery.webhook.max_connections
        if delivery.webhook.ip_address:
            info["ip_address"] = delivery.webhook.ip_address
    if call.bot.updates.allowed != DEFAULT_KINDS:
        info["allowed_updates"] = sorted(call.bot.updates.allowed)
    return info
