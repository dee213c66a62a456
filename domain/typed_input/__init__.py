"""What people type, read: the one place for the grammar of numbers, amounts, months, days, texts, names and addresses.

Each function takes the text as it came and returns a value, or raises an `InvalidInput` that says what is wrong. What
can be read in more than one way is never guessed: `Ambiguous` carries the readings.
"""
