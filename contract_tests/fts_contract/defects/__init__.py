"""Proof that the harness finds defects: named defects, put into the mock one by one, and a run against each.

`catalogue` contains the defects that the checks were written against, `sets` finds these and other catalogues;
`injection` puts a defect into a mock, `trial` runs the harness against it in a process that never loads the defects,
`comparing` performs the plays of `fts contract compare`, `campaign` goes through all defects, `table` prints the results.
"""
