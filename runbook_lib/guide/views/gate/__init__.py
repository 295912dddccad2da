"""What a gate shows: the page on which somebody agrees, and the sheet for whoever then clicks."""
