"""What changed between two versions of an OpenAPI document, seen by a client: `fts contract diff OLD NEW`.

There is one rule: a request that gets stricter breaks clients, and so does an answer that gets looser; what is removed
breaks them, too. Everything else is told as an other change.
"""
