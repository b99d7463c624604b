"""Normalised mutual information and average precision by scikit-learn.

Writes Tests/GauntletKitTests/Golden/scores.json. Needs numpy and scikit-learn.
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.metrics import average_precision_score, normalized_mutual_info_score

SEED = 9


def main():
    random = np.random.default_rng(SEED)
    pairs = [([0, 0, 1, 1], [1, 1, 0, 0]), ([0, 0, 1, 1], [0, 1, 0, 1]), ([0, 0, 0], [5, 5, 5]), ([0, 1, 2], [0, 0, 0])]
    for classes, clusters, count in [(3, 3, 40), (5, 8, 200), (20, 20, 300), (2, 50, 100)]:
        truth = random.integers(0, classes, count)
        found = np.where(random.uniform(size=count) < 0.6, truth, random.integers(0, clusters, count))
        pairs.append((truth.tolist(), found.tolist()))
    nmi = [{"a": a, "b": b, "nmi": normalized_mutual_info_score(a, b)} for a, b in pairs]

    points = random.normal(size=(30, 5)).astype(np.float32)
    labels = np.arange(30) % 4
    precision = []
    for query in range(30):
        distance = np.linalg.norm(points.astype(float) - points[query].astype(float), axis=1)
        others = np.arange(30) != query
        precision.append(average_precision_score(labels[others] == labels[query], -distance[others]))
    golden = pathlib.Path(__file__).parents[1] / "GauntletKitTests" / "Golden" / "scores.json"
    provenance = f"scores.py, seed {SEED}, numpy {np.__version__}, scikit-learn {sklearn.__version__}"
    ranking = {"points": points.ravel().tolist(), "labels": labels.tolist(), "averagePrecision": precision}
    golden.write_text(json.dumps({"provenance": provenance, "nmi": nmi, "ranking": ranking}) + "\n")


if __name__ == "__main__":
    main()
