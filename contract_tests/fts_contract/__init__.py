"""An FTS to test against, and tests for any FTS.

`fts_contract.mock` is an FTS for test suites, `fts_contract.harness` checks a server or recordings of one against the
OpenAPI document, `fts_contract.pytest_plugin` brings the fixtures.
"""
