"""Golden numbers of the four SLL networks for Tests/NetworksTests, in double precision, from their definition.

Usage: python sll.py OUTPUT_DIRECTORY
"""
import json
import pathlib
import sys

import numpy
import torch
import torch.nn.functional as F

from networks import D, numbers, samples, tensor

SIZES = {
    # name: (convolution blocks, channels, linear blocks, features inside)
    "sll-small": (20, 45, 7, 1024), "sll-medium": (30, 60, 10, 2048), "sll-large": (50, 90, 10, 2048),
    "sll-xlarge": (70, 120, 15, 2048),
}
INNER, SIDE, BATCH = 5, 32, 2


def weight(name, shape):
    fan = int(numpy.prod(shape[1:]))
    return ((2 * tensor(name, shape) - 1) * (6.0 / fan) ** 0.5).float().double()


def bias(name, count):
    return ((2 * tensor(name, (count,)) - 1) * 0.2).float().double()


def inverse(sums):
    return torch.where(sums == 0, torch.zeros_like(sums), 1 / sums)


def convolution(name, x, channels):
    kernel = weight(f"{name}.kernel", (INNER, channels, 3, 3))
    t = inverse(F.conv2d(kernel, kernel, padding=2).abs().sum((1, 2, 3)))
    z = F.conv2d(x, kernel, bias(f"{name}.bias", INNER), padding=1)
    return x - 2 * F.conv_transpose2d(t[:, None, None] * z.relu(), kernel, padding=1)


def linear(name, x, features):
    w = weight(f"{name}.weight", (features, x.shape[1]))
    q = (0.5 + tensor(f"{name}.q", (features,))).float().double()
    t = inverse(((w @ w.T).abs() * torch.exp(q[None, :] - q[:, None])).sum(1))
    return x - 2 * (t * (x @ w.T + bias(f"{name}.bias", features)).relu()) @ w


def evaluation(name):
    depth, channels, linears, features = SIZES[name]
    images = tensor("images", (BATCH, 3, SIDE, SIDE)).float().double().requires_grad_(True)
    x = F.pad(images, (0, 0, 0, 0, 0, channels - 3))
    for i in range(depth):
        x = convolution(f"convs.{i}", x, channels)
    for _ in range(2):
        x = F.avg_pool2d(x, 4, divisor_override=4)
    x = x.flatten(1)
    for j in range(1, linears + 1):
        x = linear(f"linear.{j}", x, features)
    y = x[:, :D]
    (gradient,) = torch.autograd.grad((y * tensor("seed", (BATCH, D))).sum(), images)
    return {
        "batch": BATCH, "channels": 3, "side": SIDE, "normalized": False, "embedding": D, "output": numbers(y),
        "gradient": samples(gradient, 96)}


if __name__ == "__main__":
    versions = {"torch": torch.__version__, "numpy": numpy.__version__}
    value = {
        "generator": "Tests/Reference/sll.py", "versions": versions, "cases": {name: evaluation(name) for name in SIZES}}
    (pathlib.Path(sys.argv[1]) / "sll.json").write_text(json.dumps(value, separators=(",", ":")) + "\n")
