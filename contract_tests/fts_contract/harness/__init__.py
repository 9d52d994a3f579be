"""Checks any FTS server, or recordings of one, against the OpenAPI document; knows nothing of the mock server."""
