"""Salesforce: logging in, reading and writing over its APIs, and what its refusals mean."""
