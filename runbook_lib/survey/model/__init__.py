"""What a snapshot is made of: frozen data about both systems, and nothing that fetches it."""
