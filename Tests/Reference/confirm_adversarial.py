"""Confirms the ranking attacks of a run by an independent recomputation in PyTorch, in float64.

    gauntlet export RUN --rows EXPORT/rows.csv --adversarial EXPORT --galleries
    python Tests/Reference/confirm_adversarial.py RUN EXPORT [--rounding 0]

From the exported images, the clean gallery, its labels and the weights alone it computes, for every attacked sample:
the perturbation's norm and range; what the attack may aim at (a target is another item; of the nearest 1% for ca-minus and
qa-minus; the nearest item of another label for gtm; the nearest other item for gtt); and every measure before and after.
Ranks, recall@1 and retained@4 must be equal, cosines and shifts within 1e-4. Prints a line a cell; exits 1 on any mismatch.
The faithful es reports its shift one step early, and is not told by the image: that measure is left out.
With --rounding d, counts that differ only by items whose distances are within d of each other are told apart and forgiven:
Gauntlet compares in float32.

EXPORT/cells.csv and EXPORT/rows.csv have a header line each; `gauntlet export --help` and Runner+Evidence.swift name the
columns. Row i of a cell's .npy is its i-th sample, ascending. Known networks: small-conv, resnet18, c2f2.
Written with torch 2.15, torchvision 0.29, numpy 2.4, safetensors 0.6.
"""
import argparse
import csv
import os
import sys
from collections import defaultdict

import numpy as np
import torch
import torch.nn.functional as F
from safetensors import safe_open

RANKED = ["ca-plus", "ca-minus", "qa-plus", "qa-minus", "tma", "es", "ltm", "gtm", "gtt"]
NEAR = ["ca-minus", "qa-minus"]
MEASURES = ["rank", "cosine", "shift", "recall@1", "retained@4"]


class Subject:
    """Placed embeddings of a network with fixed weights, in float64."""

    def __init__(self, path, geometry):
        with safe_open(path, "pt") as file:
            self.metadata = file.metadata()
            self.p = {name: file.get_tensor(name).double() for name in file.keys()}
        self.geometry = geometry
        self.architecture = self.metadata["gauntlet.architecture"]
        self.body = {"small-conv": self.small_conv, "resnet18": self.resnet18, "c2f2": self.c2f2}[self.architecture]

    def __call__(self, images):
        parts = []
        with torch.no_grad():
            for start in range(0, len(images), 64):
                x = torch.from_numpy(np.array(images[start:start + 64])).double()
                if self.metadata["gauntlet.normalization"] == "imagenet":
                    mean = torch.tensor([0.485, 0.456, 0.406], dtype=torch.float64).reshape(1, 3, 1, 1)
                    deviation = torch.tensor([0.229, 0.224, 0.225], dtype=torch.float64).reshape(1, 3, 1, 1)
                    x = (x - mean) / deviation
                parts.append(self.body(x))
        e = torch.cat(parts)
        return e if self.geometry == "E" else F.normalize(e)

    def norm(self, x, name):
        p = self.p
        return F.batch_norm(
            x, p[f"{name}.running_mean"], p[f"{name}.running_var"], p[f"{name}.weight"], p[f"{name}.bias"])

    def last(self, x):
        return F.linear(x, self.p["fc.weight"], self.p["fc.bias"])

    def small_conv(self, x):
        for n in range(1, 5):
            x = F.conv2d(x, self.p[f"conv{n}.weight"], stride=1 if n == 1 else 2, padding=1)
            x = F.relu(self.norm(x, f"bn{n}"))
        return self.last(x.mean((2, 3)))

    def resnet18(self, x):
        import torchvision

        net = torchvision.models.resnet18(num_classes=len(self.p["fc.bias"])).double().eval()
        missing, surplus = net.load_state_dict(self.p, strict=False)
        assert not surplus and all(name.endswith("num_batches_tracked") for name in missing), (missing, surplus)
        return net(x)

    def c2f2(self, x):
        p = self.p
        convolutions = sorted(name[:-7] for name, value in p.items() if value.dim() == 4)
        linears = sorted((name[:-7] for name, value in p.items() if value.dim() == 2), key=lambda n: -p[n + ".weight"].shape[1])
        for name in convolutions:
            x = F.max_pool2d(F.relu(F.conv2d(x, p[name + ".weight"], p[name + ".bias"], padding=2)), 2)
        x = x.flatten(1)
        for name in linears[:-1]:
            x = F.relu(F.linear(x, p[name + ".weight"], p[name + ".bias"]))
        return F.linear(x, p[linears[-1] + ".weight"], p[linears[-1] + ".bias"])


class Count:
    """How many of `distances` are below `limit`, and by how much that could change within `rounding`."""

    def __init__(self, distances, limit, rounding):
        # Copies of one image tie: their embeddings differ in the last digits of float64 here.
        self.value = int((distances < limit - 1e-12).sum())
        self.low = int((distances < limit - rounding - 1e-12).sum())
        self.high = int((distances < limit + rounding).sum())


class Cell:
    def __init__(self, run, export, line, rows):
        self.line, self.rows, self.export = line, rows, export
        read = lambda name: np.load(os.path.join(export, name), mmap_mode="r")
        self.clean, self.labels = read(line["gallery"]), np.array(read(line["labels"])).astype(int)
        self.images = read(line["file"])
        weights = line["weights"]
        self.weights = weights if os.path.isabs(weights) or os.path.exists(weights) else os.path.join(run, weights)
        self.samples = sorted(rows)

    def distances(self, a, b):
        if self.line["geometry"] == "C":
            return 1 - a @ b.T
        # From the differences: near items keep their digits.
        return torch.stack([(b - row).norm(dim=1) for row in a])

    def norms_are_inside(self):
        delta = self.images.astype(np.float64) - self.clean[self.samples].astype(np.float64)
        delta = np.abs(delta.reshape(len(delta), -1))
        norm = {"linf": delta.max(1), "l2": np.sqrt((delta**2).sum(1)), "l1": delta.sum(1)}[self.line["norm"]]
        epsilon = float(self.line["epsilon"])
        inside = bool((norm <= epsilon * (1 + 1e-9)).all() and self.images.min() >= 0 and self.images.max() <= 1)
        return norm.max() / epsilon if epsilon > 0 else float(norm.max()), inside

    def target_faults(self, clean_distances, rounding):
        plugin, count, faults = self.line["plugin"], len(self.labels), 0
        for place, own in enumerate(self.samples):
            d = clean_distances[place].clone()
            targets = self.rows[own]["targets"]
            d[own] = float("inf")
            if plugin in ["es", "ltm"]:
                faults += targets != []
                continue
            # The faithful gtm keeps a slip of the published code, by which the target may be any item.
            is_any = plugin == "gtm" and self.line["mode"] == "faithful"
            faults += not targets or any(t == own and not is_any or not 0 <= t < count for t in targets)
            limit = None
            if plugin in NEAR:
                limit = d.sort().values[max(1, count // 100) - 1]
            elif plugin == "gtm" and not is_any:
                others = torch.from_numpy(self.labels != self.labels[own])
                faults += any(self.labels[t] == self.labels[own] for t in targets)
                limit = d[others].min()
            elif plugin == "gtt":
                limit = d.min()
            if limit is not None:
                faults += any(d[t] > limit + max(rounding, 1e-12) for t in targets)
        return faults

    def measure(self, name, own, targets, e, d, gallery, rounding):
        """The measure of a query or candidate with the embedding e and distances d: a number, or (value, low, high)."""
        count, plugin = len(self.labels), self.line["plugin"]
        others = torch.arange(count) != own
        if name == "rank" and plugin.startswith("ca"):
            counts = [Count(self.distances(gallery[t:t + 1], gallery)[0],
                            self.distances(gallery[t:t + 1], e[None])[0, 0], rounding) for t in targets]
        elif name == "rank":
            counts = [Count(d, d[t], rounding) for t in targets]
        elif name == "retained@4":
            ahead = Count(d[others], d[targets[0]], rounding)
            return tuple(100 * (n < 4) for n in (ahead.value, ahead.high, ahead.low))
        elif name == "recall@1":
            same = torch.from_numpy(self.labels == self.labels[own]) & others
            differ = torch.from_numpy(self.labels != self.labels[own])
            gap = (d[differ].min() if differ.any() else torch.inf) - (d[same].min() if same.any() else torch.inf)
            # Of equally near ones that of the lowest index counts.
            value = self.labels[int(d.masked_fill(~others, torch.inf).argmin())] == self.labels[own]
            return 100 * value, 100 * bool(gap > rounding), 100 * bool(gap > -rounding)
        elif name == "cosine":
            return float(F.cosine_similarity(e, gallery[targets[0]], dim=0))
        else:
            return float(self.distances(e[None], gallery[own:own + 1]))
        scale = 100 / (count * len(counts))
        return tuple(scale * sum(getattr(c, key) for c in counts) for key in ("value", "low", "high"))

    def confirm(self, subject, gallery, rounding):
        """A line of the table, and whether all is well."""
        embedded = subject(self.images)
        before, after = self.distances(gallery[self.samples], gallery), self.distances(embedded, gallery)
        norm, inside = self.norms_are_inside()
        faults = self.target_faults(before, rounding)
        equal = rounded = wrong = 0
        largest = 0.0
        for place, own in enumerate(self.samples):
            row = self.rows[own]
            for name, (said_before, said_after, flags) in row["measures"].items():
                if name not in MEASURES or (name == "shift" and self.line["mode"] == "faithful"):
                    continue
                kept_clean = f"clean-is-worst:{name}" in flags
                for said, e, d in [
                    (said_before, gallery[own], before[place]),
                    (said_after, *((gallery[own], before[place]) if kept_clean else (embedded[place], after[place]))),
                ]:
                    found = self.measure(name, own, row["targets"], e, d, gallery, rounding)
                    if isinstance(found, tuple):
                        value, low, high = found
                        equal += abs(said - value) < 1e-9
                        if abs(said - value) >= 1e-9:
                            within = rounding > 0 and low - 1e-9 <= said <= high + 1e-9
                            rounded, wrong = rounded + within, wrong + (not within)
                    else:
                        largest = max(largest, abs(said - found))
                        equal, wrong = equal + (abs(said - found) < 1e-4), wrong + (not abs(said - found) < 1e-4)
        good = inside and faults == 0 and wrong == 0
        return [self.line["subject"], self.line["attack"], len(self.samples), f"{norm:.9f}", "yes" if inside else "NO",
                faults, equal, rounded, wrong, f"{largest:.1e}", "ok" if good else "MISMATCH"], good


def read_rows(path):
    cells = defaultdict(dict)
    with open(path, newline="") as file:
        for line in csv.DictReader(file):
            if not line["attack"]:
                continue
            row = cells[line["cell"]].setdefault(
                int(line["sample"]), {"targets": [int(t) for t in line["targets"].split()], "measures": {}})
            row["measures"][line["measure"]] = (float(line["before"]), float(line["after"]), line["flags"].split())
    return cells


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("run")
    parser.add_argument("export")
    parser.add_argument("--rounding", type=float, default=0)
    options = parser.parse_args()
    rows = read_rows(os.path.join(options.export, "rows.csv"))
    with open(os.path.join(options.export, "cells.csv"), newline="") as file:
        cells = [line for line in csv.DictReader(file) if line["gallery"]]
    header = ["subject", "attack", "samples", "norm/eps", "inside", "target faults", "equal", "rounding", "wrong",
              "largest error", ""]
    table, good, galleries = [], True, {}
    for line in cells:
        if line["plugin"] not in RANKED:
            print(f"{line['attack']} on {line['subject']}: not one of the ten, left out", file=sys.stderr)
            continue
        cell = Cell(options.run, options.export, line, rows[line["cell"]])
        key = (cell.weights, line["gallery"], line["geometry"])
        if key not in galleries:
            subject = Subject(cell.weights, line["geometry"])
            galleries[key] = subject, subject(cell.clean)
        texts, is_good = cell.confirm(*galleries[key], options.rounding)
        table.append(texts)
        good &= is_good
    if not table:
        sys.exit(f"{options.export}: no attacked ranking cells; was it exported with --rows, --adversarial and --galleries?")
    widths = [max(len(str(row[i])) for row in [header] + table) for i in range(len(header))]
    for row in [header] + table:
        print("  ".join(str(text).ljust(width) for text, width in zip(row, widths)).rstrip())
    print("all confirmed" if good else "NOT CONFIRMED")
    sys.exit(0 if good else 1)


main()
