"""A worker's own orders: the list, the card, its files and its long texts."""
