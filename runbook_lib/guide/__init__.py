"""How people and automation walk the road."""
