"""Delegation of a proxy to the server: rules, procedure, and what is remembered of it."""

from fts_client.delegation.rules import *
from fts_client.delegation.rules import __all__ as __all__
