"""Checking submitted work: the card, the queue, the decisions, and what workers hear of them."""
