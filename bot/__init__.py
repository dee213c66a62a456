"""The Telegram edge: receives updates, runs the handlers, sends messages."""
