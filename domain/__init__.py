"""The business, whatever it is reached through. Knows neither Telegram nor the web."""
