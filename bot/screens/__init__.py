"""What handlers work with."""
