"""What changed between two versions of an OpenAPI document, seen by a client: `fts contract diff OLD NEW`.

Three kinds of change break clients: a request becomes stricter, an answer becomes looser, or something is removed.
All others are listed as other changes.
"""
