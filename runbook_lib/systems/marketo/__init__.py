"""Marketo's REST API: its calls, its bulk exports, and what its refusals mean."""
