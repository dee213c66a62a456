"""Files that people sent, and where their bytes are."""
