"""recordlinkage at the same job: blocks, compares, and learns without labels (ECM), then prints its score."""

import json
import sys
import warnings

import pandas as pd
import recordlinkage
from recordlinkage.index import Block

warnings.simplefilter("ignore")
people = pd.read_parquet(sys.argv[1]).set_index("id")
for column in ("first_name", "last_name", "company", "email", "country"):
    people[column] = people[column].str.strip().str.lower()
people["domain_name"] = people["last_name"].str[:4] + people["email"].str.split("@").str[1]
blocks = (
    "phone",
    "email",
    "domain_name",
    ["last_name", "company"],
    ["first_name", "company"],
    ["first_name", "last_name"],
)
indexer = recordlinkage.Index()
for block in blocks:
    indexer.add(Block(block))
pairs = indexer.index(people)
compare = recordlinkage.Compare()
compare.string("first_name", "first_name", method="jarowinkler", threshold=0.88)
compare.string("last_name", "last_name", method="jarowinkler", threshold=0.9)
compare.string("company", "company", method="jarowinkler", threshold=0.9)
compare.exact("phone", "phone")
compare.string("email", "email", method="jarowinkler", threshold=0.95)
compare.exact("country", "country")
vectors = compare.compute(pairs, people)
matches = recordlinkage.ECMClassifier().fit_predict(vectors)
person = people["person"]
left, right = person.reindex(matches.get_level_values(0)), person.reindex(matches.get_level_values(1))
good = int((left.to_numpy() == right.to_numpy()).sum())
sizes = person.value_counts()
wanted = int((sizes * (sizes - 1) // 2).sum())
print(json.dumps({"all_precision": good / max(1, len(matches)), "all_recall": good / wanted}))
