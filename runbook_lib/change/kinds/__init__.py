"""The kinds of change: how each is written, undone, and recognized in a snapshot."""
