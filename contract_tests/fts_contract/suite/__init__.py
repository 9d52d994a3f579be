"""The contract as tests of pytest: `pytest --pyargs fts_contract.suite --fts-url https://fts.example.org:8446`.

One test for each operation and check. With pytest-xdist, `-n 4` spreads the operations over four processes.
"""
