"""Figures for admins, from the database's views."""
