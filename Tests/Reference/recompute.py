"""Recomputes what the commands `embed`, `distance` and `attack` give on .npy, in PyTorch (float64), from the same weights.

    python Tests/Reference/recompute.py GAUNTLET WEIGHTS.safetensors

GAUNTLET is the executable, WEIGHTS a small-conv network without pixel normalisation, as `gauntlet train` or the quickstart
suite writes it. Exits 1 if a relative error is above 1e-4, an image is outside of its threat model, or a rank differs.
Written with torch 2.15, numpy 2.4, safetensors 0.6.
"""
import json
import subprocess
import sys
import tempfile
import os

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import load_file

gauntlet, weights = sys.argv[1:3]
p = {name: torch.from_numpy(value).double() for name, value in load_file(weights).items()}
metric = f"embedding:weights={weights}"
bad = False


def embed(x):
    for n in range(1, 5):
        x = F.conv2d(x, p[f"conv{n}.weight"], stride=1 if n == 1 else 2, padding=1)
        x = F.batch_norm(x, p[f"bn{n}.running_mean"], p[f"bn{n}.running_var"], p[f"bn{n}.weight"], p[f"bn{n}.bias"])
        x = F.relu(x)
    return F.normalize(F.linear(x.mean((2, 3)), p["fc.weight"], p["fc.bias"]), dim=1)


def run(*arguments):
    done = subprocess.run([gauntlet, *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments)}: {done.stderr}")
    return done.stdout


def report(name, ours, theirs):
    global bad
    error = float(np.abs(np.asarray(ours) - theirs).max() / np.abs(theirs).max())
    bad |= not error < 1e-4
    print(f"{name}: largest relative error {error:.2e}")


rng = np.random.default_rng(3)
with tempfile.TemporaryDirectory() as folder:
    def array(name, value):
        path = os.path.join(folder, name)
        np.save(path, value.astype(np.float32))
        return path

    # Smooth images: noise of 8×8 blown up, so that distances are not all alike.
    images = F.interpolate(torch.from_numpy(rng.random((40, 3, 8, 8))), size=32, mode="bilinear").numpy()
    images = images.astype(np.float32)
    gallery = array("gallery.npy", images)
    x = torch.from_numpy(images).double()
    e = embed(x)

    output = os.path.join(folder, "e.npy")
    run("embed", metric, "--input", gallery, "-o", output)
    report("embed", np.load(output), e.numpy())

    first, second = array("first.npy", images[:20]), array("second.npy", images[20:])
    ours = json.loads(run("distance", metric, first, second, "--json"))["distances"]
    report("distance", ours, (e[:20] - e[20:]).norm(dim=1).numpy())

    # Two alternatives: references near the first candidates.
    references = np.clip(images[:20] + 0.1 * rng.standard_normal((20, 3, 32, 32)), 0, 1).astype(np.float32)
    adversarial = os.path.join(folder, "adversarial.npy")
    verdicts = json.loads(run(
        "attack", "pgd:norm=linf,eps=4/255,steps=10", metric, "--reference", array("r.npy", references), "--first", first,
        "--second", second, "-o", adversarial))["samples"]
    kept = np.load(adversarial)
    r, a = embed(torch.from_numpy(references).double()), embed(torch.from_numpy(kept).double())
    # By default the metric's own clean choice is the truth.
    choice = np.where(((r - e[:20]).norm(dim=1) <= (r - e[20:]).norm(dim=1)).numpy(), 1.0, -1.0)
    margin = lambda q: choice * ((q - e[20:]).norm(dim=1) - (q - e[:20]).norm(dim=1)).numpy()
    report("attack pgd, margin before", [v["before"]["margin"] for v in verdicts], margin(r))
    report("attack pgd, margin after", [v["after"]["margin"] for v in verdicts], margin(a))
    norm = np.abs(kept.astype(np.float64) - references).max()
    inside = norm <= 4 / 255 and kept.min() >= 0 and kept.max() <= 1
    bad |= not inside
    print(f"attack pgd: largest perturbation {norm * 255:.6f}/255, inside the threat model: {inside}")

    # Ranking: every rank of the candidate attack.
    labels = os.path.join(folder, "labels.txt")
    with open(labels, "w") as file:
        file.write("\n".join(str(i // 4) for i in range(40)))
    verdicts = json.loads(run(
        "attack", "ca-plus:eps=8/255,steps=10", metric, "--gallery", gallery, "--labels", labels, "-o", adversarial))["samples"]
    a = embed(torch.from_numpy(np.load(adversarial)).double())
    # One formula for both sides: an image that is kept as it was ties with its own copy in the gallery.
    distance = lambda q, y: (e[q] - y).square().sum(-1).sqrt()
    equal = 0
    for i, v in enumerate(verdicts):
        q = v["targets"][0]
        rank = 100 * int((distance(q, e) < distance(q, a[i])).sum()) / 40
        equal += abs(rank - v["after"]["rank"]) < 1e-9
    bad |= equal != 40
    print(f"attack ca-plus: {equal} of 40 ranks equal")
sys.exit(bad)
