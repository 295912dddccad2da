"""How fields are shown: those that the sync user sees, Marketo's own, and where they go in a conversion."""
