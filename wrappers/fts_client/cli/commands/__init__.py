"""The commands of `fts`, one file a command or group of commands."""
