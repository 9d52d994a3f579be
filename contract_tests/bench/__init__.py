"""Measures the client beside the official one, and the mock: `python -m bench`, or `make bench`."""
