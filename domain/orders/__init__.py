"""Work orders: categories, orders, what was submitted and decided, comments."""
