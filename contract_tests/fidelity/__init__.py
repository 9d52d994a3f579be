"""How true the mock is: recordings of a real server are sent to it, and the answers compared.

    python -m fidelity [DIRECTORY]

Each file is replayed in its order, as the identities that made it, over TLS, against a mock whose clock stands still.
What a recording says was arranged before (`setup`) is arranged through `mock.state` where its words are understood; earlier
requests of the same file arrange the rest. Recordings that cannot be replayed are left out by named rules.
"""

from __future__ import annotations
