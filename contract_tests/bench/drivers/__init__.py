"""Programs that are measured, each in a process of its own, obeying commands on stdin."""
