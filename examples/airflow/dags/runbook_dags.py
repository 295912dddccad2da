"""Many connections by Airflow: brought live once, watched every night. One mapped task per connection.

Settings are environment variables of the workers: ``RUNBOOK_CONNECTIONS`` (the folder that holds the
workspaces), ``RUNBOOK_NOTEBOOKS`` (the eleven notebooks), ``RUNBOOK_KERNEL`` (the runbook's kernel), and the
secrets as the runbook looks for them (``RUNBOOK_<CONNECTION>_<NAME>``, or ``RUNBOOK_SECRETS_DIR``). A
connection that waits, fails or is retried holds up no other one.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from airflow.sdk import dag, task
from runbook_airflow import RunbookOperator

CONNECTIONS = os.environ.get("RUNBOOK_CONNECTIONS", "/srv/runbook/connections")
UNTIL_TOMORROW = timedelta(hours=20)
HOW = {
    "notebooks": os.environ.get("RUNBOOK_NOTEBOOKS", "/srv/runbook/notebooks"),
    "kernel_name": os.environ.get("RUNBOOK_KERNEL", "runbook"),
    "patience": timedelta(seconds=float(os.environ.get("RUNBOOK_PATIENCE", 3 * 86_400))),
    "retries": 2,
    "retry_delay": timedelta(seconds=float(os.environ.get("RUNBOOK_RETRY_DELAY", 300))),
    "map_index_template": "{{ task.workspace.rsplit('/', 1)[-1] }}",
}


@task
def connections() -> list[str]:
    """The workspaces there are now: a new one is in the next run, and nobody edits the DAG."""
    return sorted(str(path.parent) for path in Path(CONNECTIONS).glob("*/connection.toml"))


@dag(dag_id="runbook_road", schedule=None, catchup=False, max_active_runs=1)
def road() -> None:
    """Every connection from where it stands to the proof that its sync runs."""
    RunbookOperator.partial(
        task_id="connect", last=os.environ.get("RUNBOOK_LAST", "09_verify_sync"), **HOW
    ).expand(workspace=connections())


@dag(dag_id="runbook_watch", schedule="@daily", catchup=False, max_active_runs=1)
def watch() -> None:
    """Every connection once a night: what changed since it was proven. Whoever has to do something about one
    has until the next night: a run that waited longer would keep all others from being watched."""
    how = HOW | {"patience": min(HOW["patience"], UNTIL_TOMORROW)}
    RunbookOperator.partial(task_id="watch", first="10_watch", last="10_watch", **how).expand(
        workspace=connections()
    )


road()
watch()
