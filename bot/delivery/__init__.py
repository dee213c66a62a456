"""Everything that goes out to Telegram: the sender, the outbox, the rate limiter, the HTTP transport."""
