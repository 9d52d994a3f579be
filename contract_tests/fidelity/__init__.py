"""How faithful the mock is: replay recordings of a real server, and compare the answers.

    python -m fidelity [DIRECTORY]

Each file is replayed in its order, with the identities of its requests, over TLS, against a mock with a stopped clock.
The `setup` of a recording says what was arranged before it: where its words are understood, `mock.state` is arranged so;
earlier requests of the same file arrange the rest. Recordings that cannot be replayed are left out by named rules.
"""

from __future__ import annotations
