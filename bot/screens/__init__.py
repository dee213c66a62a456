"""The kit of screens: what handlers work with."""
