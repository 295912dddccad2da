"""Splink alone, with a model as its documentation writes one for FEBRL; runs in the project's environment."""

import itertools
import json
import logging
import sys
import warnings
from typing import Any

import duckdb
import splink.comparison_library as compare
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
people = duckdb.read_parquet(sys.argv[1]).df()
settings = SettingsCreator(
    link_type="dedupe_only",
    unique_id_column_name="id",
    comparisons=[
        compare.NameComparison("first_name"),
        compare.NameComparison("last_name"),
        compare.LevenshteinAtThresholds("x_date_of_birth", [1, 2]),
        compare.LevenshteinAtThresholds("x_soc_sec_id", [2]),
        compare.JaroWinklerAtThresholds("x_address", [0.9]),
        compare.ExactMatch("x_postcode"),
        compare.ExactMatch("country"),
    ],
    blocking_rules_to_generate_predictions=[
        block_on("x_soc_sec_id"),
        block_on("first_name", "last_name"),
        block_on("x_date_of_birth"),
        block_on("last_name", "x_postcode"),
        block_on("first_name", "x_postcode"),
        block_on("x_address"),
    ],
)
linker = Linker(DuckDBAPI().register(people), settings)
rules: list[Any] = [block_on("x_soc_sec_id"), block_on("first_name", "last_name", "x_date_of_birth")]
linker.training.estimate_probability_two_random_records_match(rules, recall=0.6)
linker.training.estimate_u_using_random_sampling(max_pairs=1_000_000, seed=1)
for rule in (block_on("x_date_of_birth"), block_on("x_postcode", "last_name")):
    linker.training.estimate_parameters_using_expectation_maximisation(rule)
pairs = linker.inference.predict(threshold_match_probability=0.5)
clusters: Any = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, 0.5)
members = clusters.as_pandas_dataframe()
person = people.set_index("id")["person"]
groups = members.groupby("cluster_id")["id"].apply(list)
matches = [pair for ids in groups for pair in itertools.combinations(ids, 2)]
good = sum(person[a] == person[b] for a, b in matches)
sizes = person.value_counts()
wanted = int((sizes * (sizes - 1) // 2).sum())
print(json.dumps({"all_precision": good / max(1, len(matches)), "all_recall": good / wanted}))
