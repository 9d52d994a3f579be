"""The proof that the harness finds defects: named ones, put into the mock one by one, and a run against each.

`catalogue` holds the defects, `injection` puts one into a mock, `trial` lets the harness judge it in a process that
has never seen the catalogue, `campaign` goes through them, `table` prints what came out.
"""
