"""``make bench``: every benchmark, one line a figure."""

from __future__ import annotations

from benchmarks import road, start

if __name__ == "__main__":
    for benchmark in (start, road):
        for line in benchmark.measure():
            print(line, flush=True)
