"""Probes of what holds for every resource, and of requests that only read."""
