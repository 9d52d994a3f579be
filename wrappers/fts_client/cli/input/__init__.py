"""From options, files and standard input to jobs."""
