"""Which requests are made."""
