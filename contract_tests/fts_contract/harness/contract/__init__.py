"""What the document promises: operations, schemas, versions, leniency."""
