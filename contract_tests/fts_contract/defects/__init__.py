"""Proof that the harness finds defects: named defects, put into the mock one by one, and a run against each.

`catalogue` contains the defects that the checks were written against, `unseen` those that they were not, `sets` both;
`injection` puts one into a mock, `trial` runs the harness against it in a process that
never loads the defects, `campaign` goes through all of them, `table` prints the results.
"""
