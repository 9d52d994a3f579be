"""The result of a comparison: on the terminal and in files."""
