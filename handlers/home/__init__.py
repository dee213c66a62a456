"""Home, help, and what is shown where nothing else fits."""
