"""Submitting work: a new order field by field, or one that came back."""
