"""Made-up people, and what belongs to them, generated inside the database."""
