"""Tables to decide in: the field grid of 04 and the mapping board of 06."""
