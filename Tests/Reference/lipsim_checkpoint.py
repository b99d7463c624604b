"""A miniature LipSim checkpoint, written by PyTorch, and what an independent implementation makes of it.

Run with PyTorch 2.x and NumPy:  python Tests/Reference/lipsim_checkpoint.py
Writes into Tests/LipSimTests/Golden:
  miniature.pth          epoch, global_step, model_state_dict (both prefixes, every tensor under two names that share a
                         storage), optimizer_state_dict with a NumPy learning rate
  no-prefix.pth          the same weights under plain names, nothing else
  model-prefix.pth       the same with `model.` alone and a surplus entry of another layer type ('alpha')
  disagreeing.pth        one alias holds other numbers
  lipsim.json            images, embeddings and the gradient of a weighted sum of them, in double precision; distances
"""

import collections
import json
import pathlib

import numpy as np
import torch

OUT = pathlib.Path(__file__).resolve().parent.parent / "LipSimTests" / "Golden"
CHANNELS, DEPTH, INNER, LINEAR, FEATURES, SIDE, EMBEDDING = 6, 3, 5, 2, 8, 32, 10


class Convolution(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.kernel = torch.nn.Parameter(torch.empty(INNER, CHANNELS, 3, 3))
        self.bias = torch.nn.Parameter(torch.empty(1, INNER, 1, 1))
        self.q = torch.nn.Parameter(torch.empty(INNER))
        torch.nn.init.xavier_normal_(self.kernel)
        torch.nn.init.uniform_(self.bias, -0.2, 0.2)
        torch.nn.init.normal_(self.q)

    def forward(self, x):
        sums = torch.nn.functional.conv2d(self.kernel, self.kernel, padding=2).abs().sum(dim=(1, 2, 3))
        t = torch.where(sums == 0, sums, 1 / sums).reshape(1, -1, 1, 1)
        z = torch.nn.functional.conv2d(x, self.kernel, padding=1) + self.bias
        return x - 2 * torch.nn.functional.conv_transpose2d(t * z.relu(), self.kernel, padding=1)


class Linear(torch.nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.empty(FEATURES, width))
        self.bias = torch.nn.Parameter(torch.empty(1, FEATURES))
        self.q = torch.nn.Parameter(torch.empty(FEATURES))
        torch.nn.init.xavier_normal_(self.weight)
        torch.nn.init.uniform_(self.bias, -0.2, 0.2)
        torch.nn.init.normal_(self.q)

    def forward(self, x):
        gram = (self.weight @ self.weight.T).abs()
        sums = (gram * torch.exp(self.q[None, :] - self.q[:, None])).sum(dim=1)
        t = torch.where(sums == 0, sums, 1 / sums)
        return x - 2 * ((t * (x @ self.weight.T + self.bias).relu()) @ self.weight)


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.convs = torch.nn.ModuleList(Convolution() for _ in range(DEPTH))
        width = CHANNELS * (SIDE // 16) ** 2
        # Index 0 is the flattening layer, which has no parameters.
        self.linear = torch.nn.ModuleList([torch.nn.Flatten()] + [Linear(width) for _ in range(LINEAR)])

    def forward(self, x):
        x = torch.nn.functional.pad(x, (0, 0, 0, 0, 0, CHANNELS - 3))
        for block in self.convs:
            x = block(x)
        for _ in range(2):
            x = torch.nn.functional.avg_pool2d(x, 4, divisor_override=4)
        for block in self.linear:
            x = block(x)
        return x[:, :EMBEDDING]


def state(network, prefix):
    plain = network.state_dict()
    result = collections.OrderedDict((prefix + name, value) for name, value in plain.items())
    for name, value in plain.items():
        kind, rest = name.split(".", 1)
        result[f"{prefix}base.{1 if kind == 'convs' else 2}.{rest}"] = value
    return result


def main():
    torch.manual_seed(5)
    OUT.mkdir(parents=True, exist_ok=True)
    network = Network()
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01, betas=(0.5, 0.9))
    network(torch.rand(2, 3, SIDE, SIDE)).square().sum().backward()
    optimizer.step()
    optimizer.param_groups[0]["lr"] = np.interp([7], [0, 10], [0, 0.01])[0]
    torch.save(
        {
            "epoch": 1, "global_step": 435, "model_state_dict": state(network, "module.model."),
            "optimizer_state_dict": optimizer.state_dict(),
        }, OUT / "miniature.pth")
    torch.save(dict(network.state_dict()), OUT / "no-prefix.pth")
    surplus = state(network, "model.")
    surplus["model.linear.1.alpha"] = torch.zeros(1)
    torch.save({"model_state_dict": surplus}, OUT / "model-prefix.pth")
    wrong = state(network, "module.model.")
    wrong["module.model.base.1.1.bias"] = wrong["module.model.base.1.1.bias"] + 1
    torch.save({"model_state_dict": wrong}, OUT / "disagreeing.pth")

    reference = Network().double()
    reference.load_state_dict({k: v.double() for k, v in network.state_dict().items()})
    # The images can be computed again: no file holds them.
    i = torch.arange(3 * 3 * SIDE * SIDE, dtype=torch.float64)
    plane = i.long() // (SIDE * SIDE)
    light = torch.where((plane // 3 + plane % 3) % 3 == 0, 1.0, 0.125)
    images = (((i * 0.618033988749895) % 1) * light).float().double().reshape(3, 3, SIDE, SIDE).requires_grad_()
    embeddings = reference(images)
    weights = torch.cos(torch.arange(3 * EMBEDDING, dtype=torch.float64)).reshape(3, EMBEDDING)
    (embeddings * weights).sum().backward()
    embeddings = embeddings.detach()
    unit = torch.nn.functional.normalize(embeddings)
    appended = torch.nn.functional.normalize(torch.cat([embeddings, torch.ones(3, 1)], dim=1))
    constant = torch.nn.functional.normalize(embeddings + 2 / EMBEDDING**0.5)
    distances = {
        name: [1 - float(f[0] @ f[1]), 1 - float(f[0] @ f[2])]
        for name, f in [("none", unit), ("appended", appended), ("constant", constant)]
    }
    with open(OUT / "lipsim.json", "w") as file:
        json.dump(
            {
                "provenance": f"Tests/Reference/lipsim_checkpoint.py, PyTorch {torch.__version__.split('+')[0]}, float64",
                "embeddings": embeddings.reshape(-1).tolist(),
                "gradient": images.grad[0].reshape(-1)[:96].tolist(), "distances": distances,
            }, file)
        file.write("\n")


main()
