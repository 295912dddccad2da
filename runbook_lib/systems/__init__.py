"""Reach the two systems: the only floor that knows secrets and HTTP."""
