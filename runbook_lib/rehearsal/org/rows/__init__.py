"""Records of the org: the tables they lie in, their values, and what one user may do with them."""
