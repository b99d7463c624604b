"""Euclidean projections onto {x : ||x - c||_p <= eps} within [0, 1]^n, by a general convex solver.

Writes Tests/GauntletKitTests/Golden/projections.json. Needs numpy and scipy.
"""

import json
import pathlib

import numpy as np
import scipy
from scipy.optimize import minimize

SEED = 7
CASES = 8
SIZE = 6


def project(norm, y, c, eps):
    # x = c + p - q with p, q >= 0 makes the l1 ball linear.
    n = len(c)
    start = np.zeros(2 * n)

    def offset(z):
        return z[:n] - z[n:]

    constraints = [{"type": "ineq", "fun": lambda z: eps**2 - np.sum(offset(z) ** 2)}]
    if norm == "l1":
        constraints = [{"type": "ineq", "fun": lambda z: eps - np.sum(z)}]
    bounds = [(0, 1 - v) for v in c] + [(0, v) for v in c]
    best = minimize(
        lambda z: np.sum((c + offset(z) - y) ** 2),
        start + 1e-3 * eps,
        jac=lambda z: np.concatenate([2 * (c + offset(z) - y), -2 * (c + offset(z) - y)]),
        bounds=bounds,
        constraints=constraints,
        method="SLSQP",
        options={"maxiter": 2000, "ftol": 1e-16},
    )
    return c + offset(best.x)


def main():
    random = np.random.default_rng(SEED)
    cases = []
    for norm in ["l2", "l1"]:
        for case in range(CASES):
            c = random.uniform(0, 1, SIZE)
            c[0] = 0.0 if case % 2 else 1.0
            c[1] = 0.02
            y = c + random.normal(0, 0.6, SIZE)
            c, y = c.astype(np.float32), y.astype(np.float32)
            eps = [0.1, 0.5, 0.9, 1.2][case % 4]
            x = project(norm, y.astype(float), c.astype(float), eps)
            cases.append(
                {"norm": norm, "epsilon": eps, "clean": c.tolist(), "image": y.tolist(), "projected": x.tolist()}
            )
    golden = pathlib.Path(__file__).parents[1] / "GauntletKitTests" / "Golden" / "projections.json"
    provenance = f"ranking_projections.py, seed {SEED}, numpy {np.__version__}, scipy {scipy.__version__} SLSQP"
    golden.write_text(json.dumps({"provenance": provenance, "cases": cases}, indent=1) + "\n")


if __name__ == "__main__":
    main()
