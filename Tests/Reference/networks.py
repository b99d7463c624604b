"""Golden numbers for Tests/NetworksTests: outputs, gradients and training steps of torchvision / PyTorch.

Weights and images come from an integer hash of name and index, written the same way in Swift (Hashed.swift), so that no
weights need to be stored. Usage: python networks.py OUTPUT_DIRECTORY
"""
import json
import pathlib
import sys

import numpy
import torch
import torchvision
from torch import nn

torch.set_num_threads(2)
torch.use_deterministic_algorithms(True)


def fnv(name):
    h = 0x811C9DC5
    for byte in name.encode():
        h = ((h ^ byte) * 0x01000193) & 0xFFFFFFFF
    return h


def hashed(name, count):
    """Uniform in [0, 1) with 24 bits."""
    mask = numpy.uint64(0xFFFFFFFF)
    x = (numpy.arange(1, count + 1, dtype=numpy.uint64) * numpy.uint64(2654435761) + numpy.uint64(fnv(name))) & mask
    for shift, factor in ((15, 2246822519), (13, 3266489917)):
        x = ((x ^ (x >> numpy.uint64(shift))) * numpy.uint64(factor)) & mask
    x = x ^ (x >> numpy.uint64(16))
    return (x >> numpy.uint64(8)).astype(numpy.float64) / 2.0**24


def tensor(name, shape):
    return torch.from_numpy(hashed(name, int(numpy.prod(shape))).reshape(shape))


def fill(model):
    """Weights by name: matrices spread by fan in, the others by their role."""
    with torch.no_grad():
        for name, value in model.state_dict().items():
            if name.endswith("num_batches_tracked"):
                continue
            u = tensor(name, tuple(value.shape))
            if value.dim() > 1:
                fan = value[0].numel()
                u = (2 * u - 1) * (6.0 / fan) ** 0.5
            elif name.endswith("running_var"):
                u = 0.5 + u
            elif name.endswith("running_mean"):
                u = (2 * u - 1) * 0.2
            elif name.endswith("weight"):
                u = 0.5 + u
            else:
                u = (2 * u - 1) * 0.2
            value.copy_(u.float())
    return model


class Named(nn.Module):
    """Layers by name, run one after another; `None` names a function."""

    def __init__(self, *layers):
        super().__init__()
        self.layers = []
        for name, layer in layers:
            if isinstance(layer, nn.Module):
                setattr(self, name, layer)
            self.layers.append(layer)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def c2f2(embedding):
    return Named(
        ("conv1", nn.Conv2d(1, 32, 5, padding=2)), ("", torch.relu), ("pool1", nn.MaxPool2d(2)),
        ("conv2", nn.Conv2d(32, 64, 5, padding=2)), ("", torch.relu), ("pool2", nn.MaxPool2d(2)),
        ("", lambda x: x.flatten(1)), ("fc1", nn.Linear(3136, 1024)), ("", torch.relu),
        ("fc2", nn.Linear(1024, embedding)))


def lenet(embedding):
    return Named(
        ("conv1", nn.Conv2d(1, 20, 5)), ("pool1", nn.MaxPool2d(2)), ("conv2", nn.Conv2d(20, 50, 5)),
        ("pool2", nn.MaxPool2d(2)), ("", lambda x: x.flatten(1)), ("fc1", nn.Linear(800, 500)), ("", torch.relu),
        ("fc2", nn.Linear(500, embedding)))


def small(embedding, norm):
    layers, inputs = [], 3
    for i, outputs in enumerate((32, 64, 128, 128), 1):
        layers.append((f"conv{i}", nn.Conv2d(inputs, outputs, 3, 1 if i == 1 else 2, 1, bias=not norm)))
        if norm:
            layers.append((f"bn{i}", nn.BatchNorm2d(outputs)))
        layers.append(("", torch.relu))
        inputs = outputs
    layers += [("", lambda x: x.mean((2, 3))), ("fc", nn.Linear(128, embedding))]
    return Named(*layers)


class Normalized(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, x):
        mean = torch.tensor([0.485, 0.456, 0.406], dtype=x.dtype).view(3, 1, 1)
        deviation = torch.tensor([0.229, 0.224, 0.225], dtype=x.dtype).view(3, 1, 1)
        return self.model((x - mean) / deviation)


def samples(t, count=96, digits=9):
    """Evenly spaced scalars, and the norm of all."""
    flat = t.detach().double().flatten()
    step = max(1, flat.numel() // count)
    return {"step": step, "values": numbers(flat[::step][:count], digits), "norm": float(flat.norm())}


def numbers(t, digits=9):
    return [float(f"{x:.{digits}g}") for x in t.detach().double().flatten().tolist()]


D = 16
ARCHITECTURES = {
    # name: (model, channels, side, batch, normalised)
    "resnet18": (lambda: torchvision.models.resnet18(num_classes=D), 3, 64, 16, True),
    "resnet34": (lambda: torchvision.models.resnet34(num_classes=D), 3, 64, 16, False),
    "resnet50": (lambda: torchvision.models.resnet50(num_classes=D), 3, 64, 16, True),
    "alexnet": (lambda: torchvision.models.alexnet(num_classes=D), 3, 67, 16, True),
    "vgg16": (lambda: torchvision.models.vgg16(num_classes=D), 3, 64, 16, True),
    "squeezenet": (lambda: torchvision.models.squeezenet1_1(num_classes=D), 3, 70, 16, True),
    "mnasnet": (lambda: torchvision.models.mnasnet1_0(num_classes=D), 3, 64, 16, True),
    "c2f2": (lambda: c2f2(D), 1, 28, 16, False),
    "lenet": (lambda: lenet(D), 1, 28, 16, False),
    "small-conv": (lambda: small(D, True), 3, 32, 16, False),
    "small-conv-plain": (lambda: small(D, False), 3, 32, 16, False),
}


def evaluation(name):
    """In double precision, of the weights and images in single."""
    build, channels, side, batch, normalized = ARCHITECTURES[name]
    model = fill(build()).double().eval()
    model = Normalized(model) if normalized else model
    x = tensor("images", (batch, channels, side, side)).float().double().requires_grad_(True)
    y = model(x)
    (gradient,) = torch.autograd.grad((y * tensor("seed", (batch, D))).sum(), x)
    return {
        "batch": batch, "channels": channels, "side": side, "normalized": normalized, "embedding": D,
        "output": numbers(y, 7), "gradients": [samples(image, 24, 7) for image in gradient]}


def training(name, mode, steps=2):
    """SGD steps of Σ seed · output; gradients of the first step, state after the last."""
    build, channels, side, batch, _ = ARCHITECTURES[name]
    batch = 5
    model = fill(build()).double()
    model.train(mode == "batchStatistics")
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-3)
    result = {"batch": batch, "channels": channels, "side": side, "embedding": D, "outputs": []}
    for step in range(steps):
        x = tensor(f"images{step}", (batch, channels, side, side)).float().double().requires_grad_(True)
        y = model(x)
        result["outputs"].append(numbers(y))
        optimizer.zero_grad()
        (y * tensor("seed", (batch, D)) / batch).sum().backward()
        if step == 0:
            result["gradients"] = {n: samples(p.grad, 12) for n, p in model.named_parameters()}
            result["image"] = samples(x.grad, 48)
        optimizer.step()
    result["state"] = {
        n: samples(v, 12) for n, v in model.state_dict().items() if not n.endswith("num_batches_tracked")}
    return result


def optimizers():
    rules = {
        "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
        "sgd-momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01),
        "sgd-nesterov": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.8, weight_decay=0.02, nesterov=True),
        "adam": lambda p: torch.optim.Adam(p, lr=0.01),
        "adam-decay": lambda p: torch.optim.Adam(p, lr=0.02, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.05),
        "adamw": lambda p: torch.optim.AdamW(p, lr=0.02, weight_decay=0.1),
    }
    result = {}
    for name, rule in rules.items():
        p = torch.nn.Parameter(2 * tensor("p", (12,)) - 1)
        optimizer = rule([p])
        track = []
        for step in range(5):
            p.grad = 2 * tensor(f"g{step}", (12,)) - 1
            optimizer.step()
            track.append(numbers(p))
        result[name] = track
    return result


def schedules():
    """The rate of each update, by PyTorch's schedulers; `interpolated` by numpy.interp, as LipSim's training does."""
    lr_scheduler = torch.optim.lr_scheduler

    def track(rate, steps, make):
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=rate)
        scheduler = make(optimizer)
        rates = []
        for _ in range(steps):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        return rates

    def warmed(optimizer, up, total, final):
        return lr_scheduler.SequentialLR(
            optimizer,
            [lr_scheduler.LinearLR(optimizer, start_factor=1 / up, total_iters=up - 1),
             lr_scheduler.CosineAnnealingLR(optimizer, T_max=total - up, eta_min=final)], milestones=[up])

    def interp(total):
        return lambda step: numpy.interp(step, [0, total * 2 // 5, total * 4 // 5, total], [0, 1, 1 / 20, 0])

    return {
        "constant": track(0.3, 4, lambda o: lr_scheduler.ConstantLR(o, factor=1.0, total_iters=0)),
        "multi-step": track(0.3, 12, lambda o: lr_scheduler.MultiStepLR(o, milestones=[3, 4, 9], gamma=0.2)),
        "cosine": track(0.3, 21, lambda o: warmed(o, 5, 20, 0.01)),
        "interpolated": track(0.01, 27, lambda o: lr_scheduler.LambdaLR(o, interp(23))),
        # Knots that coincide.
        "interpolated-short": track(0.01, 4, lambda o: lr_scheduler.LambdaLR(o, interp(2))),
    }


def main(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    versions = {"torch": torch.__version__, "torchvision": torchvision.__version__, "numpy": numpy.__version__}

    def write(name, value):
        value = {"generator": "Tests/Reference/networks.py", "versions": versions, **value}
        (folder / name).write_text(json.dumps(value, separators=(",", ":")) + "\n")

    write("architectures.json", {"cases": {name: evaluation(name) for name in ARCHITECTURES}})
    cases = [("small-conv", "frozen"), ("small-conv", "batchStatistics"), ("resnet18", "frozen"),
             ("resnet18", "batchStatistics"), ("c2f2", "frozen")]
    write("training.json", {"cases": {f"{name}/{mode}": training(name, mode) for name, mode in cases}})
    write("optimizers.json", {"cases": optimizers()})
    write("schedules.json", {"cases": schedules()})


if __name__ == "__main__":
    main(sys.argv[1])
