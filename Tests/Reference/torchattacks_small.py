"""Robust accuracy of a small network under torchattacks' attacks, one by one.

A network of one hidden layer is trained on noisy patterns of five classes; its weights, the pictures and what each attack
leaves right go to Tests/GauntletKitTests/Golden/torchattacks.json. Needs torch and torchattacks.
"""

import base64
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
import torchattacks

SEED = 3
CLASSES, SIDE, HIDDEN, COUNT = 5, 6, 24, 100
PIXELS = 3 * SIDE * SIDE
FOLLOWED = 24


class Small(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first = torch.nn.Linear(PIXELS, HIDDEN)
        self.second = torch.nn.Linear(HIDDEN, CLASSES)

    def forward(self, x):
        return self.second(F.relu(self.first(x.flatten(1))))


def pictures(generator, count):
    patterns = torch.rand(CLASSES, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(SEED))
    labels = torch.arange(count) % CLASSES
    noise = torch.randn(count, 3, SIDE, SIDE, generator=generator)
    return (0.5 + 0.2 * (patterns[labels] - 0.5) + 0.12 * noise).clamp(0, 1), labels


def packed(array):
    return base64.b64encode(np.ascontiguousarray(array, np.float32).tobytes()).decode()


def main():
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(SEED + 1)
    net = Small()
    images, labels = pictures(generator, 2000)
    optimizer = torch.optim.Adam(net.parameters(), 3e-3)
    for _ in range(150):
        optimizer.zero_grad()
        F.cross_entropy(net(images), labels).backward()
        optimizer.step()
    net.eval()
    for parameter in net.parameters():
        parameter.requires_grad_(False)
    x, y = pictures(generator, COUNT)
    clean = float((net(x).argmax(1) == y).double().mean())
    radii = {"Linf": [0.02, 0.035, 0.05], "L2": [0.25, 0.4, 0.6]}
    results = []

    def record(name, norm, eps, adv):
        offset = (adv - x).flatten(1)
        length = offset.abs().amax(1) if norm == "Linf" else offset.norm(dim=1)
        # Attacks without a radius count where they are within it.
        right = (net(adv).argmax(1) == y) | (length > eps * (1 + 1e-4))
        right &= net(x).argmax(1) == y
        results.append({"attack": name, "norm": norm.lower(), "eps": eps, "accuracy": round(float(right.double().mean()), 6)})

    for norm, values in radii.items():
        for eps in values:
            A = torchattacks
            record("apgd-ce", norm, eps, A.APGD(net, norm=norm, eps=eps, steps=100, loss="ce", seed=1)(x, y))
            record("apgd-dlr", norm, eps, A.APGD(net, norm=norm, eps=eps, steps=100, loss="dlr", seed=1)(x, y))
            record("apgd-t", norm, eps, A.APGDT(net, norm=norm, eps=eps, steps=100, n_classes=CLASSES, seed=1)(x, y))
            record("fab", norm, eps, A.FAB(net, norm=norm, eps=eps, steps=100, n_classes=CLASSES, seed=1)(x, y))
            record(
                "fab-t", norm, eps,
                A.FAB(net, norm=norm, eps=eps, steps=100, n_classes=CLASSES, seed=1, multi_targeted=True)(x, y))
            record("square", norm, eps, A.Square(net, norm=norm, eps=eps, n_queries=2000, seed=1, resc_schedule=False)(x, y))
            if norm == "Linf":
                record("mi-fgsm", norm, eps, A.MIFGSM(net, eps=eps, alpha=eps / 4, steps=20)(x, y))
            else:
                record("cw", norm, eps, best_cw(net, x, y))
                record("deepfool", norm, eps, A.DeepFool(net, steps=50, overshoot=0.02)(x, y))
    golden = {
        "runs": [followed(net, x[:FOLLOWED], y[:FOLLOWED], norm, eps) for norm, eps in (("Linf", 0.035), ("L2", 0.3))],
        "provenance": f"torchattacks_small.py, seed {SEED}, torch {torch.__version__}, "
        f"torchattacks {torchattacks.__version__}",
        "clean": clean,
        "classes": CLASSES, "side": SIDE, "hidden": HIDDEN,
        "labels": y.tolist(),
        "images": packed(x.numpy()),
        "weights": [
            packed(p.detach().numpy()) for p in (net.first.weight, net.first.bias, net.second.weight, net.second.bias)],
        "results": results,
    }
    path = pathlib.Path(__file__).parents[1] / "GauntletKitTests" / "Golden" / "torchattacks.json"
    path.write_text(json.dumps(golden) + "\n")
    print(clean)
    for result in results:
        print(result)


def followed(net, x, y, norm, eps):
    """A run of the library's APGD from a known start: the images that it starts at, and those that it ends with."""
    attack = torchattacks.APGD(net, norm=norm, eps=eps, steps=40, loss="dlr", seed=1)
    t = torch.rand(x.shape, generator=torch.Generator().manual_seed(SEED + 2))
    length = (2 * t - 1).flatten(1).abs().amax(1) if norm == "Linf" else t.flatten(1).norm(dim=1) + 1e-12
    start = (x + eps * (2 * t - 1 if norm == "Linf" else t) / length.reshape(-1, 1, 1, 1)).clamp(0, 1)
    original = torch.rand, torch.randn
    torch.rand = torch.randn = lambda *shape, **more: t.clone()
    try:
        _, right, _, found = attack.attack_single_run(x, y)
    finally:
        torch.rand, torch.randn = original
    return {
        "norm": norm.lower(), "eps": eps, "start": packed(start.numpy()), "right": right.tolist(),
        "found": packed(found.detach().numpy())}


def best_cw(net, x, y):
    """The library's C&W has a fixed weight: the nearest of several weights stands for the search over it."""
    best, length = x.clone(), torch.full((len(x),), float("inf"))
    for c in [0.1, 0.3, 1, 3, 10]:
        adv = torchattacks.CW(net, c=c, kappa=0, steps=100, lr=0.01)(x, y)
        norm = (adv - x).flatten(1).norm(dim=1)
        better = (net(adv).argmax(1) != y) & (norm < length)
        best[better], length[better] = adv[better], norm[better]
    return best


if __name__ == "__main__":
    main()
