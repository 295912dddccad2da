"""What happened: evidence, exports, report."""
