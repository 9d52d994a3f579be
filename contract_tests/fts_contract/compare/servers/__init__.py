"""The two servers of a comparison, with their callers."""
