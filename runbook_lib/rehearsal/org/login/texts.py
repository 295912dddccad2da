"""What Salesforce says when it refuses a login, word for word. Source: recorded faults."""

from __future__ import annotations

INVALID = "Invalid username, password, security token; or user locked out."
NO_TOKEN = (
    INVALID + " Are you at a new location? When accessing Salesforce--either via a desktop client or the "
    "API--from outside of your company's trusted networks, you must add a security token to your password "
    "to log in. To get your new security token, log in to Salesforce. From your personal settings, enter "
    "Reset My Security Token in the Quick Find box, then select Reset My Security Token."
)
SOAP_OFF = (
    "SOAP API login() is disabled by default in this org. Contact the org administrator to enable "
    "SOAP API login()."
)
TOO_NEW = (
    "The SOAP Login operation is not available in the API version specified ({version}). Use an API version "
    "of 64.0 or earlier, or use OAuth."
)
NO_API_AUTH = "SOAP API login() requires the Use Any API Auth user permission."
MUST_BE_CHANGED = (
    "The users password has expired, you must call SetPassword before attempting any other API operations"
)
