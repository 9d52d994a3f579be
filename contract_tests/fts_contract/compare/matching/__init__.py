"""Hold the answers of two servers side by side."""
