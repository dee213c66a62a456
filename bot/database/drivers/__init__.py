"""Prepared queries through a database's own driver."""
