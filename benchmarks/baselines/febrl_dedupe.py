"""dedupe on the same records, with labeled pairs from the truth in the place of the person it asks."""

import io
import itertools
import json
import logging
import random
import sys
import warnings
from typing import Any

import dedupe
import pandas as pd
from dedupe import variables

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
LABELED = 200
COLUMNS = [
    "first_name",
    "last_name",
    "x_date_of_birth",
    "x_soc_sec_id",
    "x_address",
    "x_suburb",
    "x_postcode",
]


def main() -> None:
    """Trains, partitions and prints the score."""
    people = pd.read_parquet(sys.argv[1]).set_index("id")
    rows = people[COLUMNS].astype(object).where(people[COLUMNS].notna(), None)
    data = rows.to_dict("index")
    person = people["person"].to_dict()
    deduper = dedupe.Dedupe([variables.String(name, has_missing=True) for name in COLUMNS], num_cores=1)
    told = io.StringIO()
    deduper.training_pairs = labels(people, data)
    deduper.write_training(told)
    told.seek(0)
    deduper.prepare_training(data, training_file=told, sample_size=1_000)
    deduper.train()
    found = [pair for ids, _ in deduper.partition(data, 0.5) for pair in itertools.combinations(ids, 2)]
    good = sum(person[a] == person[b] for a, b in found)
    sizes = people["person"].value_counts()
    wanted = int((sizes * (sizes - 1) // 2).sum())
    print(json.dumps({"precision": good / max(1, len(found)), "recall": good / wanted}))


def labels(people: pd.DataFrame, data: dict[Any, Any]) -> dict[str, list[Any]]:
    """So many pairs that are the same person, and as many that are not."""
    chance = random.Random(1)  # noqa: S311 - made-up people
    groups = [ids for ids in people.groupby("person").groups.values() if len(ids) > 1]
    match = [(data[a], data[b]) for a, b, *_ in chance.sample(groups, min(len(groups), LABELED // 2))]
    ids = chance.sample(sorted(data), LABELED)
    distinct = [
        (data[a], data[b]) for a, b in itertools.pairwise(ids) if people["person"][a] != people["person"][b]
    ]
    return {"match": match, "distinct": distinct[: LABELED // 2]}


if __name__ == "__main__":
    main()
