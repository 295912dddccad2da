"""The API versions that the org speaks: the one place to add a new one.

Source: REST API Developer Guide, "Versions"; Summer '17 is API version 40.0, Winter '27 is 68.0.
"""

from __future__ import annotations

OLDEST = 40.0
NEWEST = 68.0
