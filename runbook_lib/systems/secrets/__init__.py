"""Secrets: where they are found and kept, and the search for them in what was written."""
