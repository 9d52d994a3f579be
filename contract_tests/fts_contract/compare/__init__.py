"""Compare two servers: the same plays on both, the answers held side by side."""
