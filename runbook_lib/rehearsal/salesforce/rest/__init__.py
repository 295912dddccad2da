"""The REST API: its resources, and the guards before every one of them."""
