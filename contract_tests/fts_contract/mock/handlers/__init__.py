"""What each operation answers, one module per resource."""
