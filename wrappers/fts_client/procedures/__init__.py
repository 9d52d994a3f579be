"""What takes several requests, written once as generators that perform no I/O."""
