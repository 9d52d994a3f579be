"""The version of this package, from which packaging takes it: to look it up among the installed ones takes ten times longer."""

__version__ = "0.1.0.dev0"
