"""Who changed what, and proof that nobody changed the record."""
