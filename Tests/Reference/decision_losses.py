"""Losses of class scores and their gradients, by torch in double precision, as the papers write them.

Writes Tests/GauntletKitTests/Golden/decision_losses.json. Needs torch.
"""

import json
import pathlib

import torch
import torch.nn.functional as F

SEED = 5


def dlr(z, y):
    top, order = z.sort(dim=1, descending=True)
    right = (order[:, 0] == y).double()
    other = top[:, 1] * right + top[:, 0] * (1 - right)
    own = z.gather(1, y[:, None])[:, 0]
    return (own - other) / (top[:, 0] - top[:, 2] + 1e-12)


def targeted(z, y, t):
    top = z.sort(dim=1, descending=True).values
    gap = z.gather(1, y[:, None])[:, 0] - z.gather(1, t[:, None])[:, 0]
    return gap / (top[:, 0] - 0.5 * (top[:, 2] + top[:, 3]) + 1e-12)


def margin(z, y):
    own = z.gather(1, y[:, None])[:, 0]
    return own - z.scatter(1, y[:, None], -torch.inf).max(dim=1).values


def main():
    generator = torch.Generator().manual_seed(SEED)
    cases = []

    def record(name, z, y, loss, targets=None):
        z = z.clone().requires_grad_(True)
        values = loss(z)
        (slopes,) = torch.autograd.grad(values.sum(), z)
        cases.append({
            "loss": name, "scores": z.tolist(), "labels": y.tolist(), "targets": targets,
            "values": values.tolist(), "slopes": slopes.tolist()})

    z = (2 * torch.randn(8, 6, generator=generator)).float().double()
    y = torch.tensor([0, 1, 2, 3, 4, 5, 0, 1])
    t = torch.tensor([1, 2, 3, 4, 5, 0, 2, 0])
    record("margin", z, y, lambda z: margin(z, y))
    record("ce", z, y, lambda z: -F.cross_entropy(z, y, reduction="none"))
    record("dlr", z, y, lambda z: dlr(z, y))
    record("targeted-dlr", z, y, lambda z: targeted(z, y, t), t.tolist())
    z, y = -torch.rand(6, 2, generator=generator).float().double(), torch.tensor([0, 1, 0, 1, 0, 1])
    record("relative-margin", z, y, lambda z: margin(z, y) / -z.sum(dim=1))
    record("ce", 40 * z, y, lambda z: -F.cross_entropy(z, y, reduction="none"))
    path = pathlib.Path(__file__).parents[1] / "GauntletKitTests" / "Golden" / "decision_losses.json"
    provenance = f"decision_losses.py, seed {SEED}, torch {torch.__version__}"
    path.write_text(json.dumps({"provenance": provenance, "cases": cases}) + "\n")


if __name__ == "__main__":
    main()
