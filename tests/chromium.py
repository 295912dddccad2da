"""Which browser the tests look with: the one that RUNBOOK_CHROMIUM names, or a Chromium that is installed, by
whatever name. ``setup/chromium.sh`` looks for the same."""

from __future__ import annotations

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = os.environ.get("RUNBOOK_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
