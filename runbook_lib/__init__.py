"""The Marketo–Salesforce sync runbook."""

__version__ = "0.1.0"
