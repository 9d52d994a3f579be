"""Every error that `fts_client` raises.

The message of an error says what happened, where, with which credential, and what to do about it. Messages and attributes
never contain a private key or a token.
"""

from __future__ import annotations

from fts_client.errors import api, base, connection, credential, procedure
from fts_client.errors.api import *
from fts_client.errors.base import *
from fts_client.errors.connection import *
from fts_client.errors.credential import *
from fts_client.errors.procedure import *

# Each module names what is public in it: a list of them all here would have to be kept in step.
__all__: list[str] = []
__all__ += api.__all__
__all__ += base.__all__
__all__ += connection.__all__
__all__ += credential.__all__
__all__ += procedure.__all__

# Tracebacks show the name by which an error is imported.
for _error in list(globals().values()):
    if isinstance(_error, type) and issubclass(_error, FTSError):
        _error.__module__ = __name__
del _error
