"""What the libraries below log of a call must not hold what is secret in its address.

urllib3 logs each request's path at DEBUG: Marketo's token request carries its secret in the query, and the
whole path of a webhook is one. Whoever switches logging on, to find out why a proxy refuses something, sends
the log to somebody.
"""

from __future__ import annotations

import logging

HIDDEN = "/•••"
"""What stands in place of a path that is told nowhere."""
_LOGGERS = ("urllib3.connectionpool", "urllib3.util.retry", "requests.sessions")


class _WithoutSecrets(logging.Filter):
    """Cuts off query strings, and paths that are told nowhere."""

    def __init__(self) -> None:
        super().__init__()
        self.untold: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(map(self._cut, record.args))
        return True

    def _cut(self, part: object) -> object:
        text = part if isinstance(part, str) else str(part)
        for path in self.untold:
            text = text.replace(path, HIDDEN)
        if isinstance(part, str):
            return text.split("?")[0]
        return part if text == str(part) else text


_FILTER = _WithoutSecrets()


def keep_out_of_logs(path: str = "") -> None:
    """From now on no log of a call holds a query, or ``path``."""
    if path.strip("/"):
        _FILTER.untold.add(path)
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if _FILTER not in logger.filters:
            logger.addFilter(_FILTER)
