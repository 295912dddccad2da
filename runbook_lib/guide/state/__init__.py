"""Where a workspace stands: its session, its history, its consents and its proofs."""
