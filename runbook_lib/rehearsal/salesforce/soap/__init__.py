"""The two SOAP APIs: login() and the Metadata API."""
