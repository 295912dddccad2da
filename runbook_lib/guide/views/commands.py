"""The shell commands that tell automation how to go on."""

from __future__ import annotations

import shlex
from collections.abc import Collection
from pathlib import Path

from runbook_lib.change.plan import Click, Plan
from runbook_lib.guide.views.plan import screen_path
from runbook_lib.text import Message, say
from runbook_lib.workspace import Workspace


def commands_before(workspace: Workspace, plan: Plan) -> Message:
    """What to do next where nobody has agreed yet: the commands and the clicks, in their order."""
    if not plan.clicks:
        return say(
            "1. Read what will happen:  runbook plan {folder}\n2. Agree to it:  runbook approve "
'{folder} {step} --by "YOUR NAME" --reason "WHY NOW" --org {org}\n3. Continue:  runbook '
"run {folder}",
            folder=shell_word(workspace.path), step=plan.step, org=shlex.quote(plan.org_name),
        )  # fmt: skip
    return say(
        "1. Read what will happen:  runbook plan {folder}\n2. Agree to it:  runbook approve {folder} "
'{step} --by "YOUR NAME" --reason "WHY NOW" --org {org}\n3. Make the clicks in Marketo:\n'
"{clicks}\n4. Record that they were made:  runbook attest {folder} {step}\n5. Continue:  "
"runbook run {folder}",
        folder=shell_word(workspace.path), step=plan.step, org=shlex.quote(plan.org_name),
        clicks=_numbered(plan.clicks),
    )  # fmt: skip


def commands_after(workspace: Workspace, plan: Plan, made: Collection[str], sheet: Path) -> Message:
    """What to do next where the consent is on file: the clicks that are left, by oneself or by whoever gets
    the click sheet, and the two commands after them."""
    return say(
        "1. Make the clicks in Marketo:\n{clicks}\n"
        "   Or send the click sheet to whoever makes them:  {sheet}\n"
        "2. Record that they were made:  runbook attest {folder} {step}\n3. Continue:  runbook run {folder}",
        sheet=sheet,
        folder=shell_word(workspace.path),
        step=plan.step,
        clicks=_numbered([click for click in plan.clicks if click.id not in made]),
    )


def shell_word(path: Path) -> str:
    """A path as it is typed into a shell: quoted where a shell would make something else of it."""
    return shlex.quote(str(path))


def _numbered(clicks: Collection[Click]) -> Message:
    values: dict[str, object] = {}
    lines = []
    for number, click in enumerate(clicks, start=1):
        values |= {f"screen{number}": screen_path(click), f"do{number}": click.do}
        lines.append(f"   {chr(96 + number)}) {{screen{number}}}: {{do{number}}}")
    return Message("\n".join(lines), values)
