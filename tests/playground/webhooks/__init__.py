"""Webhooks, seen from a bot's own server."""
