"""What it means: pure functions of a snapshot, no input or output."""
