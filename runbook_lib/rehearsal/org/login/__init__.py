"""Logging in: where it happens, who may, and the session it ends in."""
