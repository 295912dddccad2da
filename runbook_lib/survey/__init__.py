"""What is there now: pure data, and how it is fetched."""
