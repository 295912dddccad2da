"""What a run leaves on this disk: secrets that must not be there, and people that must not stay."""
