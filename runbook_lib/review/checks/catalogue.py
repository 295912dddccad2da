"""All checks as one page of the documentation, written from the tuple that runs them.

``python -m runbook_lib.review.checks.catalogue`` prints it; ``make checks`` brings docs/checks.md up to date.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from runbook_lib.review.checks import CHECKS
from runbook_lib.review.checks.check import Check

_HEAD = """# All checks

What `runbook check WORKSPACE` looks at, in its order. Written from the code by `make checks`; a test fails
where the two differ.

Every check answers **ok**, **warn**, **error**, **skip** (nothing to look at, or nobody looked yet) or
**unknown** (cannot tell). An *error* and an *unknown* shut the notebooks named under “shuts”. All together
they are **Blocked** (an error or an unknown), **Warning** (a warning, or a check that nobody could make) or
**Clear**. With `--strict` a Warning ends with exit code 3, too. Whatever the number of
checks, each part of the two systems is read once.

`runbook check WORKSPACE --json` prints one object; [its keys](#the-json) stand below the table.

| check | what it looks at | notebook | shuts | reads | source |
|---|---|---|---|---|---|
"""
_TAIL = """
## The JSON

| key | meaning |
|---|---|
| `verdict` | `Blocked`, `Warning` or `Clear` |
| `skipped` | the checks that nobody could make: `check` and `why`; then nothing is called `Clear` |
| `causes` | what stands in the way, each cause once: `status`, `what`, `why`, `fix`, `who` and its `checks` |
| `findings` | a list, in the order above; each has the keys below and `text`, which is `what` once more |
| `check`, `step` | the id of the check and the notebook that repairs it |
| `status` | `ok`, `warn`, `error`, `skip` or `unknown` |
| `what`, `why`, `fix` | found what, why it matters, what to do; in your language, the last two may be null |
| `templates` | the same three as English templates with their values, for who translates them otherwise |
| `who` | who can do it: `you`, `salesforce-admin`, `marketo-admin` or `support` |
| `source` | where the rule stands written |
"""


def page() -> str:
    """The page in Markdown."""
    return _HEAD + "".join(f"{row}\n" for row in _rows(CHECKS)) + _TAIL


def _rows(checks: tuple[Check, ...]) -> Iterator[str]:
    for check in checks:
        about = f"**{check.title}.** {_promise(check)}"
        shuts = ", ".join(gate[:2] for gate in check.gates) or "–"
        reads = ", ".join(part.value for part in (*check.needs, *check.reads))
        cells = (f"`{check.id}`", about, f"`{check.step}`", shuts, reads, check.source)
        yield f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _promise(check: Check) -> str:
    """What the check's function says of itself."""
    return " ".join((check.judge.__doc__ or "").split())


if __name__ == "__main__":
    sys.stdout.write(page())
