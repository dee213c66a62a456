"""Two bots of the two big frameworks, each in its own way, run unmodified but for the base URL."""
