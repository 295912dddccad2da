"""What a proof claims, and how each claim is measured."""
