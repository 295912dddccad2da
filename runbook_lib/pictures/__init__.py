"""Pictures of counts: what they tell is data, drawn at the edge, with the same numbers as a table beside."""
