"""The catalogue of all screens: tours drive a real bot as phones do, and everything it shows is recorded."""
