"""Probes of the configuration: what is written is read back, in force, and gone after a delete."""
