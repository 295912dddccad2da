"""How sure a share is that was counted in a sample."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

CONFIDENCE = 0.95


def wilson(hits: int, sampled: int) -> tuple[float, float]:
    """The shares (0 to 1) between which that of all lies with :data:`CONFIDENCE`, by Wilson's interval.

    Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", 1927.
    """
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    share, weight = hits / sampled, z * z / sampled
    middle = (share + weight / 2) / (1 + weight)
    half = z * sqrt(share * (1 - share) / sampled + weight / (4 * sampled)) / (1 + weight)
    return max(0.0, middle - half), min(1.0, middle + half)
