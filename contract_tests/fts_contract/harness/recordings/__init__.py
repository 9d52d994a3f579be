"""Recording a run, and checking recordings against the document."""
