"""A tour a family: what people do so that each of its screens is shown once."""
