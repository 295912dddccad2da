"""What several notebooks have in common: a decision, a click list, a consent, a proof by arrival."""
