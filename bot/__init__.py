"""The edge: everything that exists because a Telegram bot is running."""
