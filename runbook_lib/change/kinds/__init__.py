"""The kinds of change: how each is written, undone, and recognised in a snapshot."""
