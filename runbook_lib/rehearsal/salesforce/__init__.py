"""Salesforce over HTTP: one small module per API, all of them thin over `org.py`, which knows no HTTP."""
