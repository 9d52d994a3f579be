"""Probes of jobs: submitting, canceling, changing and listing them, and what becomes of them."""
