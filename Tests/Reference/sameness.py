"""Average precision of pairs with soft votes, by scikit-learn with sample weights.

A pair of share s is a positive of weight s and a negative of weight 1 - s. Writes
Tests/GauntletKitTests/Golden/sameness.json. Needs numpy and scikit-learn.
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.metrics import average_precision_score, precision_recall_curve

SEED = 17


def envelope(same, distance):
    """The area below the running maximum of precision from the right, over the same curve."""
    precision, recall, _ = precision_recall_curve(
        np.repeat([1, 0], len(same)), -np.tile(distance, 2), sample_weight=np.concatenate([same, 1 - same]))
    # The last point of the curve is (recall 0, precision 1), which is no threshold.
    points = sorted(zip(recall[:-1], precision[:-1]))
    area, before = 0.0, 0.0
    for place, (r, _) in enumerate(points):
        area += (r - before) * max(p for _, p in points[place:])
        before = r
    return area


def main():
    random = np.random.default_rng(SEED)
    cases = []
    for count, levels, ties in [(1, [1], False), (40, [0, 1], False), (200, [0, 1 / 3, 2 / 3, 1], False),
                                (200, [0, 1 / 3, 2 / 3, 1], True), (60, [0, 0.5, 1], True)]:
        same = random.choice(levels, count).astype(np.float32)
        distance = (random.uniform(size=count) - 0.3 * same).astype(np.float32)
        if ties:
            distance = np.round(distance * 8).astype(np.float32) / 8
        weights = np.concatenate([same, 1 - same]).astype(float)
        steps = average_precision_score(np.repeat([1, 0], count), -np.tile(distance, 2), sample_weight=weights)
        cases.append({"same": same.tolist(), "distances": distance.tolist(), "steps": steps,
                      "envelope": envelope(same.astype(float), distance)})
    golden = pathlib.Path(__file__).parents[1] / "GauntletKitTests" / "Golden" / "sameness.json"
    provenance = f"sameness.py, seed {SEED}, numpy {np.__version__}, scikit-learn {sklearn.__version__}"
    golden.write_text(json.dumps({"provenance": provenance, "cases": cases}) + "\n")


if __name__ == "__main__":
    main()
