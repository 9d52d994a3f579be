"""Perform plays on a server."""
