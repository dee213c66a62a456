"""Transactions, the runtime's own tables, the leader lease, and the fast path to the database."""
