"""The short code of a click sheet: who sends it back says which clicks of which plan they made.

It is bound to the step and to the digest of the plan, so that a code of another step, of an older plan or of
another connection is told from the right one. It is no secret, and no proof: what the clicks did is measured.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from runbook_lib.errors import UsageFault
from runbook_lib.text import Message, say

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no letter that can be taken for a digit."""
LENGTH = 8
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", " ": "", "-": "", "–": ""})


def code_of(step: str, plan_digest: str) -> str:
    """``K7QF-2M9P-4``: eight signs of the plan, and one that shows most typing errors."""
    number = int.from_bytes(sha256(f"{step} {plan_digest}".encode()).digest()[:5], "big")
    signs = "".join(ALPHABET[number >> shift & 31] for shift in range(35, -1, -5))
    return f"{signs[:4]}-{signs[4:]}-{_check(signs)}"


def demand_code(code: str, step: str, plan_digest: str, on_file: Iterable[tuple[str, str]]) -> None:
    """``UsageFault``, with its reason, where ``code`` is not that of this plan.

    ``on_file``: step and digest of every plan that was shown here.
    """
    typed = code.upper().translate(_READ_AS)
    if len(typed) != LENGTH + 1 or not set(typed) <= set(ALPHABET) or _check(typed[:LENGTH]) != typed[-1]:
        raise _refused(say("“{code}” is mistyped: it is no code of a click sheet.", code=code))
    if typed == _bare(step, plan_digest):
        return
    of = next((name for name, digest in on_file if typed == _bare(name, digest)), None)
    if of is None:
        raise _refused(say("The code “{code}” is of another connection: no plan here has it.", code=code))
    if of != step:
        raise _refused(say("The code “{code}” is of {other}, not of {step}.", code=code, other=of, step=step))
    raise _refused(say("The code “{code}” is of an older plan: it was changed after that sheet.", code=code))


def _bare(step: str, plan_digest: str) -> str:
    return code_of(step, plan_digest).replace("-", "")


def _check(signs: str) -> str:
    """A weighted sum: one wrong sign and two that were swapped change it."""
    return ALPHABET[sum(weight * ALPHABET.index(sign) for weight, sign in enumerate(signs, start=3)) % 31]


def _refused(what: Message) -> UsageFault:
    return UsageFault(
        what,
        why=say("A code says which clicks were made; another one says nothing about these."),
        fix=say("Send the newest click sheet again, and ask for the code at its end."),
    )
