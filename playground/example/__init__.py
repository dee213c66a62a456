"""A small bot to try the playground with. It knows only the Bot API, as any other bot does."""
