"""How each part of a snapshot is fetched: one module per subject."""
