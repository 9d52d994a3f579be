"""Proof that the harness finds defects: named defects, put into the mock one by one, and a run against each.

`catalogue` contains the defects, `injection` puts one into a mock, `trial` runs the harness against it in a process that
never loads the catalogue, `campaign` goes through all of them, `table` prints the results.
"""
