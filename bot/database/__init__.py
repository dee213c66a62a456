"""Sessions, the runtime's own tables, the fast path."""
