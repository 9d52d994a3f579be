"""Probes of relations between answers: whatever the data are, two answers to related requests must fit together."""
