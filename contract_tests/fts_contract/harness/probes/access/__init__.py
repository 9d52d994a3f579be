"""Probes of access: who may do what, with which certificate and which delegated credential."""
