"""Requests on their way: credentials, limits, safety."""
