"""What is still to be told to whom, and which scheduled work has run."""
