"""Golden numbers for Tests/StatisticsTests, from SciPy.

    python Tests/Reference/statistics.py Tests/StatisticsTests/Golden/statistics.json

Proportions come from scipy.stats.binomtest and scipy.special.betaincinv. For the bootstrap, this file draws the replicates as `RandomStream` does
(Philox 4x32-10, Lemire's bounded integers), hands them to scipy.stats.bootstrap as given, and takes its intervals.
"""

import json
import sys

import numpy as np
import scipy
from scipy import special, stats

MASK32, MASK64 = (1 << 32) - 1, (1 << 64) - 1


def philox(key, counter):
    c = [counter & MASK32, counter >> 32, 0, 0]
    k = [key & MASK32, key >> 32]
    for round_ in range(10):
        if round_:
            k = [(k[0] + 0x9E3779B9) & MASK32, (k[1] + 0xBB67AE85) & MASK32]
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(p1 >> 32) ^ c[1] ^ k[0], p1 & MASK32, (p0 >> 32) ^ c[3] ^ k[1], p0 & MASK32]
    return c


def mixed(value):
    z = (value + 0x9E3779B97F4A7C15) & MASK64
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK64
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK64
    return z ^ (z >> 31)


class Stream:
    def __init__(self, seed, purpose, indices):
        h = 0xCBF29CE484222325 ^ mixed(seed)
        for word in purpose:
            for byte in word.encode():
                h = ((h ^ byte) * 0x100000001B3) & MASK64
            h = mixed(h ^ 0xFF)
        for index in indices:
            h = mixed(h ^ (index & MASK64))
        self.key, self.counter, self.spare = h, 0, None

    def next(self):
        if self.spare is not None:
            word, self.spare = self.spare, None
            return word
        a, b, c, d = philox(self.key, self.counter)
        self.counter += 1
        self.spare = c << 32 | d
        return a << 32 | b

    def integer(self, n):
        product = self.next() * n
        if product & MASK64 < n:
            threshold = (1 << 64) % n
            while product & MASK64 < threshold:
                product = self.next() * n
        return product >> 64


def indices(seed, purpose, replicates, n):
    return np.array(
        [[s.integer(n) for _ in range(n)] for s in (Stream(seed, ["bootstrap"] + purpose, [r]) for r in range(replicates))]
    )


def intervals(data, statistic, drawn):
    """SciPy's intervals of given replicates; `statistic` takes [n, C] rows."""

    def of_indices(i, axis=-1):
        return np.apply_along_axis(lambda row: statistic(data[row.astype(int)]), axis, i)

    replicates = np.array([statistic(data[row]) for row in drawn])

    class Given:
        bootstrap_distribution = replicates

    result = {"value": float(statistic(data))}
    for name, method in (("percentile", "percentile"), ("bca", "BCa")):
        interval = stats.bootstrap(
            (np.arange(len(data)),), of_indices, n_resamples=0, bootstrap_result=Given, method=method, vectorized=True
        ).confidence_interval
        result[name] = [float(interval.low), float(interval.high)]
    return result


def main(path):
    golden = {"scipy": scipy.__version__, "numpy": np.__version__, "proportions": [], "bootstraps": []}
    for s, n, level in [
        (0, 1, 0.95), (1, 1, 0.95), (0, 10, 0.95), (10, 10, 0.95), (3, 10, 0.9), (81, 263, 0.95), (512, 720, 0.99),
        (1, 5000, 0.95), (4999, 5000, 0.999), (250000, 1000000, 0.95),
    ]:
        test = stats.binomtest(s, n)
        wilson = test.proportion_ci(level, method="wilson")
        # Its "exact" stops bisecting at 2e-12 absolute; the quantiles of the beta distribution are exact to the last digits.
        exact = (
            0.0 if s == 0 else special.betaincinv(s, n - s + 1, (1 - level) / 2),
            1.0 if s == n else special.betainccinv(s + 1, n - s, (1 - level) / 2),
        )
        golden["proportions"].append(
            {"successes": s, "n": n, "level": level, "wilson": list(wilson), "exact": [float(x) for x in exact]}
        )
    golden["normal"] = [[p, float(special.ndtri(p))] for p in (1e-300, 1e-12, 0.001, 0.025, 0.3, 0.5, 0.9, 0.999999)]

    rng = np.random.default_rng(11)
    skewed = np.round(rng.exponential(1.0, 40), 3)
    pairs = np.round(np.stack([rng.uniform(0, 3, 25), rng.uniform(2, 4, 25)], 1), 3)
    table = np.round(np.concatenate([rng.uniform(0, 100, (30, 2)), rng.integers(0, 2, (30, 1)) * 100.0], 1), 3)
    for name, data, statistic in [
        ("mean", skewed[:, None], lambda rows: rows[:, 0].mean()),
        ("ratio", pairs, lambda rows: rows[:, 0].mean() / rows[:, 1].mean()),
        ("score", table, lambda rows: (rows[:, 0].mean() + 2 * rows[:, 1].mean() + 100 - rows[:, 2].mean()) / 3),
        ("median", skewed[:, None], lambda rows: np.sort(rows[:, 0])[len(rows) // 2]),
    ]:
        drawn = indices(5, ["golden", name], 400, len(data))
        golden["bootstraps"].append(
            {"name": name, "columns": data.T.tolist(), "first": drawn[0].tolist(), **intervals(data, statistic, drawn)}
        )
    with open(path, "w") as file:
        json.dump(golden, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
