"""What each picture tells: pure functions of what was seen and decided."""
