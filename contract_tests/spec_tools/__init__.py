"""Run the validators, linters and generators of others on the API document."""
