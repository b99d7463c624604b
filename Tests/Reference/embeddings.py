"""Embeddings of small networks with closed-form weights, by PyTorch: Tests/EmbeddingsTests/Golden/*.npy.

Scalar i of parameter number k (in the order of the state dict) is wave(i, k) = sin(0.3 k + 0.7 j + 0.013 j²) with
j = i mod 4999, scaled by its role; pixel i of the batch is 0.5 + 0.5 wave(i, 0). The tests build the same tensors, so
nothing big is stored.

    python Tests/Reference/embeddings.py

Written with torch 2.15, numpy 2; float64 inside, so that the golden values are exact to float32.
"""
import math
import os
import numpy as np
import torch
import torch.nn.functional as F

GOLDEN = os.path.join(os.path.dirname(__file__), "..", "EmbeddingsTests", "Golden")


def wave(count, k):
    j = np.arange(count) % 4999
    return np.sin(0.3 * k + 0.7 * j + 0.013 * (j * j))


def parameters(shapes):
    tensors = {}
    for k, (name, shape) in enumerate(shapes):
        values = wave(math.prod(shape), k).reshape(shape)
        if name.endswith("running_var"):
            values = 1 + 0.5 * values
        elif name.startswith("bn") and name.endswith("weight"):
            values = 1 + 0.25 * values
        elif name.endswith("weight"):
            values = values * math.sqrt(6 / math.prod(shape[1:]))
        else:
            values = 0.1 * values
        tensors[name] = torch.from_numpy(values.astype(np.float32)).double()
    return tensors


def pixels(*shape):
    values = 0.5 + 0.5 * wave(math.prod(shape), 0).reshape(shape)
    return torch.from_numpy(values.astype(np.float32)).double()


def small_conv(embedding):
    shapes, inputs = [], 3
    for n, outputs in enumerate((32, 64, 128, 128), 1):
        shapes.append((f"conv{n}.weight", (outputs, inputs, 3, 3)))
        for part in ("weight", "bias", "running_mean", "running_var"):
            shapes.append((f"bn{n}.{part}", (outputs,)))
        inputs = outputs
    shapes += [("fc.weight", (embedding, 128)), ("fc.bias", (embedding,))]
    p = parameters(shapes)
    x = pixels(3, 3, 32, 32)
    mean = torch.tensor([0.485, 0.456, 0.406], dtype=torch.float64).view(1, 3, 1, 1)
    deviation = torch.tensor([0.229, 0.224, 0.225], dtype=torch.float64).view(1, 3, 1, 1)
    x = (x - mean) / deviation
    for n in range(1, 5):
        x = F.conv2d(x, p[f"conv{n}.weight"], stride=1 if n == 1 else 2, padding=1)
        x = F.batch_norm(x, p[f"bn{n}.running_mean"], p[f"bn{n}.running_var"], p[f"bn{n}.weight"], p[f"bn{n}.bias"])
        x = F.relu(x)
    return F.linear(x.mean((2, 3)), p["fc.weight"], p["fc.bias"])


def c2f2(embedding):
    p = parameters([
        ("conv1.weight", (32, 1, 5, 5)), ("conv1.bias", (32,)), ("conv2.weight", (64, 32, 5, 5)),
        ("conv2.bias", (64,)), ("fc1.weight", (1024, 3136)), ("fc1.bias", (1024,)),
        ("fc2.weight", (embedding, 1024)), ("fc2.bias", (embedding,)),
    ])
    x = pixels(2, 1, 28, 28)
    x = F.max_pool2d(F.relu(F.conv2d(x, p["conv1.weight"], p["conv1.bias"], padding=2)), 2)
    x = F.max_pool2d(F.relu(F.conv2d(x, p["conv2.weight"], p["conv2.bias"], padding=2)), 2).flatten(1)
    return F.linear(F.relu(F.linear(x, p["fc1.weight"], p["fc1.bias"])), p["fc2.weight"], p["fc2.bias"])


os.makedirs(GOLDEN, exist_ok=True)
for name, value in (("small-conv", small_conv(16)), ("c2f2", c2f2(32))):
    np.save(os.path.join(GOLDEN, name + ".npy"), value.numpy().astype(np.float32))
    print(name, tuple(value.shape), float(value.abs().max()), float(value.std(0).max()))
