"""Marketo's REST API over HTTP: thin over `instance`, which knows no HTTP."""
