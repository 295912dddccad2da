"""``make bench``: every benchmark, one line a figure."""

from __future__ import annotations

from benchmarks import duplicates, fields, probable, road, start

if __name__ == "__main__":
    for benchmark in (start, fields, road, duplicates, probable):
        for line in benchmark.measure():
            print(line, flush=True)
