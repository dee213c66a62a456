"""What every subject is told, by the names that the product's own settings have."""

import os

API_URL = os.environ["TELEGRAM_API_URL"]
TOKEN = os.environ["TELEGRAM_BOT_TOKEN"]
DATABASE_URL = os.environ.get("DATABASE_URL", "")

INSERT = "INSERT INTO peer_updates (update_id, chat_id, body) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
"""What a peer that stores its updates does in each one's transaction."""
