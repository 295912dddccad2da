"""How people are shown who are there twice, or probably so."""
