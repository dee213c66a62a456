"""Servers and databases that tests start for themselves."""
