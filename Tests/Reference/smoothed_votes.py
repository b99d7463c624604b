"""Certificates of randomised smoothing by scipy: one-sided Clopper-Pearson bounds, and normal quantiles.

Writes Tests/StatisticsTests/Golden/smoothed-votes.json. Needs scipy.
"""

import json
import pathlib

import scipy
from scipy.stats import beta, norm


def main():
    cases = []
    for count in [1, 10, 100, 1000, 100000]:
        for share in [1.0, 0.99, 0.9, 0.6, 0.51, 0.5]:
            for alpha in [0.001, 0.05]:
                votes = round(share * count)
                # Chosen beforehand: the whole alpha. The larger of two: half of it.
                for part in [1, 2]:
                    bound = float(beta.ppf(alpha / part, votes, count - votes + 1)) if votes else 0.0
                    radius = 0.25 * float(norm.ppf(bound)) if bound > 0.5 else 0.0
                    cases.append({"count": count, "votes": votes, "alpha": alpha, "isChosen": part == 1,
                                  "bound": bound, "radius": radius})
    golden = pathlib.Path(__file__).parents[1] / "StatisticsTests" / "Golden" / "smoothed-votes.json"
    provenance = f"smoothed_votes.py, scipy {scipy.__version__}, sigma 0.25"
    golden.write_text(json.dumps({"provenance": provenance, "cases": cases}) + "\n")


if __name__ == "__main__":
    main()
