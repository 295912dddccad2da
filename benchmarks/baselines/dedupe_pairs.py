"""dedupe at the same job, with labeled pairs from the truth in the place of the person it asks.

Arguments: the file of people, and the columns to compare where they are others than usual.
"""

import io
import itertools
import json
import logging
import random
import sys
import warnings
from collections.abc import Mapping
from typing import Any

import dedupe
import pandas as pd
from dedupe import variables

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
LABELLED = 200
COLUMNS = ["first_name", "last_name", "company", "phone", "email", "country"]


def main() -> None:
    """Trains, partitions and prints the score."""
    people = pd.read_parquet(sys.argv[1]).set_index("id")
    columns = sys.argv[2:] or COLUMNS
    for column in columns:
        people[column] = people[column].str.strip().str.lower()
    rows = people[columns].astype(object).where(people[columns].notna(), None)
    data = rows.to_dict("index")
    person = people["person"].to_dict()
    deduper = dedupe.Dedupe([variables.String(name, has_missing=True) for name in columns], num_cores=2)
    deduper.training_pairs = labels(people, data)
    training = io.StringIO()
    deduper.write_training(training)
    training.seek(0)
    deduper.prepare_training(data, training_file=training, sample_size=2_000)
    deduper.train()
    clusters = deduper.partition(data, threshold=0.5)
    pairs = [pair for ids, _ in clusters for pair in itertools.combinations(ids, 2)]
    good = sum(person[a] == person[b] for a, b in pairs)
    sizes = people["person"].value_counts()
    wanted = int((sizes * (sizes - 1) // 2).sum())
    print(json.dumps({"all_precision": good / max(1, len(pairs)), "all_recall": good / wanted}))


def labels(people: pd.DataFrame, data: Mapping[Any, Any]) -> dict[str, list[Any]]:
    """So many pairs that are the same person, and as many that are not."""
    chance = random.Random(1)  # noqa: S311 - made-up people
    groups = [ids for ids in people.groupby("person").groups.values() if len(ids) > 1]
    match = [(data[a], data[b]) for a, b, *_ in chance.sample(groups, min(len(groups), LABELLED // 2))]
    ids = chance.sample(sorted(data), LABELLED)
    distinct = [
        (data[a], data[b]) for a, b in itertools.pairwise(ids) if people["person"][a] != people["person"][b]
    ]
    return {"match": match, "distinct": distinct[: LABELLED // 2]}


if __name__ == "__main__":
    main()
