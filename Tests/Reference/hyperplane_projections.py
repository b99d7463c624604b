"""Shortest moves onto a hyperplane within [0, 1]^n, by general solvers: linear programs for linf and l1, SLSQP for l2.

Writes Tests/GauntletKitTests/Golden/hyperplanes.json. Needs numpy and scipy.
"""

import json
import pathlib

import numpy as np
import scipy
from scipy.optimize import linprog, minimize

SEED = 11
SIZE = 12


def shortest(norm, x, w, rise):
    """The length of the shortest d with <w, d> = rise and x + d in the box; None where there is none."""
    n = len(x)
    if norm == "l2":
        start = linprog(np.zeros(n), A_eq=[w], b_eq=[rise], bounds=list(zip(-x, 1 - x)))
        if start.status != 0:
            return None
        best = minimize(
            lambda d: d @ d, start.x, jac=lambda d: 2 * d, bounds=list(zip(-x, 1 - x)), method="SLSQP",
            constraints=[{"type": "eq", "fun": lambda d: w @ d - rise, "jac": lambda d: w}],
            options={"maxiter": 2000, "ftol": 1e-15})
        return float(np.linalg.norm(best.x))
    if norm == "linf":
        # Variables d and t, |d| <= t.
        rows = np.block([[np.eye(n), -np.ones((n, 1))], [-np.eye(n), -np.ones((n, 1))]])
        found = linprog(
            [0] * n + [1], A_ub=rows, b_ub=np.zeros(2 * n), A_eq=[list(w) + [0]], b_eq=[rise],
            bounds=list(zip(-x, 1 - x)) + [(0, None)])
    else:
        # d = p - q.
        found = linprog(
            np.ones(2 * n), A_eq=[list(w) + list(-w)], b_eq=[rise], bounds=[(0, 1 - v) for v in x] + [(0, v) for v in x])
    return float(found.fun) if found.status == 0 else None


def main():
    random = np.random.default_rng(SEED)
    cases = []
    while len(cases) < 8:
        x = random.uniform(0, 1, SIZE)
        x[:3] = [0, 1, 0.02]
        w = random.normal(0, 1, SIZE) * random.uniform(0.1, 3, SIZE)
        w[3] = 0
        far = random.uniform(0, 1, SIZE)
        x, w = x.astype(np.float32).astype(float), w.astype(np.float32).astype(float)
        rise = float(w @ (far - x)) * [0.2, 0.6, 1.0, 1.6][len(cases) % 4]
        lengths = {norm: shortest(norm, x, w, rise) for norm in ["linf", "l2", "l1"]}
        if None in lengths.values():
            continue
        cases.append({"image": x.tolist(), "normal": w.tolist(), "rise": rise, "lengths": lengths})
    path = pathlib.Path(__file__).parents[1] / "GauntletKitTests" / "Golden" / "hyperplanes.json"
    provenance = f"hyperplane_projections.py, seed {SEED}, numpy {np.__version__}, scipy {scipy.__version__}"
    path.write_text(json.dumps({"provenance": provenance, "cases": cases}, indent=1) + "\n")


if __name__ == "__main__":
    main()
