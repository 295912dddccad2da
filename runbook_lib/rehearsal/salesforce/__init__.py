"""Salesforce over HTTP: one small module per API, all of them thin over `org`, which knows no HTTP."""
