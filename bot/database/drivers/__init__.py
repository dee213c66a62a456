"""Single statements through a database's own driver."""
