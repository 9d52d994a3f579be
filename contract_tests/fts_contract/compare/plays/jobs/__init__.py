"""Plays about jobs: submitted, transferred, changed, failing."""
