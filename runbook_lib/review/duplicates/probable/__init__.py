"""People who are probably the same although they share no e-mail: prepared, weighed, grouped, explained."""
