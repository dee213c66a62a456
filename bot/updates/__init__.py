"""Telegram's JSON to a handler, durable and in order."""
