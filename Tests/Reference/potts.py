"""Golden fits for Tests/StatisticsTests: the weighted Potts model by brute force, in exact fractions.

    python Tests/Reference/potts.py Tests/StatisticsTests/Golden/potts.json

Every one of the 2^(n-1) ways to cut a sequence is tried; values, weights and penalties are small fractions, so that no
rounding decides. Among equal costs the way whose last piece starts first is taken, then the last but one, and so on.
"""

import itertools
import json
import random
import sys
from fractions import Fraction


def fit(values, weights, penalty):
    best = None
    count = len(values)
    for cuts in itertools.product([0, 1], repeat=count - 1):
        starts = [0] + [i + 1 for i, cut in enumerate(cuts) if cut]
        ends = starts[1:] + [count]
        cost, levels = penalty * (len(starts) - 1), []
        for start, end in zip(starts, ends):
            total = sum(weights[start:end])
            level = sum(w * y for w, y in zip(weights[start:end], values[start:end])) / total
            cost += sum(w * (y - level) ** 2 for w, y in zip(weights[start:end], values[start:end]))
            levels.append(level)
        key = (cost, starts[::-1])
        if best is None or key < best[0]:
            best = (key, starts, levels)
    (cost, _), starts, levels = best
    return cost, starts, levels


def cases():
    rng = random.Random(20)
    for number in range(60):
        count = rng.randint(1, 11)
        level, values = Fraction(rng.randint(0, 400), 4), []
        for _ in range(count):
            if rng.random() < 0.25:
                level = Fraction(rng.randint(0, 400), 4)
            values.append(level + Fraction(rng.randint(-12, 12), 8))
        weights = [Fraction(rng.randint(1, 16), 8) for _ in range(count)]
        penalty = Fraction(rng.choice([0, 1, 4, 20, 100, 1000, 20000]), 4)
        cost, starts, levels = fit(values, weights, penalty)
        yield {
            "values": [float(v) for v in values],
            "weights": [float(w) for w in weights],
            "penalty": float(penalty),
            "starts": starts,
            "levels": [float(v) for v in levels],
            "cost": float(cost),
        }


with open(sys.argv[1], "w") as file:
    json.dump({"generator": "Tests/Reference/potts.py, seed 20", "cases": list(cases())}, file, indent=1)
    file.write("\n")
