"""The bots that are measured, each a program: `python -m benchmarks.subjects.NAME`, set up by its environment."""
