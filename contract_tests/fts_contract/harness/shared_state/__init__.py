"""The state of a server that others share: read before a run, compared and put back after it."""
