"""Golden numbers for Tests/LearnedMetricsTests: LPIPS and DISTS on hashed weights, in double precision, and files of LPIPS.

    python Tests/Reference/learned_metrics.py

Written with torch 2.15, torchvision 0.29, lpips 0.1.4, piq 0.8.0. Weights are hashed by torchvision's names (networks.py);
linear weights are hashed as `lin0` …, DISTS's factors as `alpha` and `beta`. Nothing is downloaded: what the packages
would fetch is replaced by the hashed weights.
"""
import json
import pathlib

import lpips
import piq
import piq.perceptual
import torch
import torchvision

from networks import hashed, numbers, samples, tensor

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "LearnedMetricsTests" / "Golden"
D = torch.float64
CLASSES = {"alex": "alexnet", "vgg": "vgg16", "squeeze": "squeezenet1_1"}


def value(name, shape):
    """The rule of Hashed.swift for weights and biases."""
    u = tensor(name, shape)
    if len(shape) > 1:
        fan = max(1, int(torch.tensor(shape[1:]).prod()))
        return ((2 * u - 1) * (6.0 / fan) ** 0.5).float()
    return ((2 * u - 1) * 0.2).float()


def torchvision_name(name):
    """net.slice2.3.weight -> features.3.weight"""
    return "features." + name.split(".", 2)[2]


def filled(metric):
    with torch.no_grad():
        for name, parameter in metric.named_parameters():
            if name.startswith("net."):
                parameter.copy_(value(torchvision_name(name), tuple(parameter.shape)))
            elif name.startswith("lin") and not name.startswith("lins"):
                parameter.copy_(tensor(name.split(".")[0], tuple(parameter.shape)).float())
    return metric.to(D).eval()


def images(height, width, count=3):
    x = tensor("images", (count, 3, height, width)).float().to(D)
    y = tensor("fixed", (count, 3, height, width)).float().to(D)
    return x.requires_grad_(True), (0.75 * x.detach() + 0.25 * y).float().to(D)


def evaluated(metric, height, width):
    x, y = images(height, width)
    d = metric(x, y).flatten()
    (gradient,) = torch.autograd.grad((d * tensor("seed", (len(d),))).sum(), x)
    return {"height": height, "width": width, "distances": numbers(d, 12),
            "gradients": [samples(g, 192) for g in gradient]}


def lpips_cases():
    cases = {}
    for net, version, height, width in (("alex", "0.1", 64, 71), ("alex", "0.0", 64, 64), ("vgg", "0.1", 64, 48),
                                        ("squeeze", "0.1", 67, 64), ("squeeze", "0.0", 64, 64)):
        metric = filled(lpips.LPIPS(net=net, version=version, pnet_rand=True, pretrained=False, verbose=False))
        cases[f"{net} {version}"] = evaluated(lambda x, y: metric(x, y, normalize=True), height, width)
    return cases


class SmallAlexNet(torch.nn.Module):
    """AlexNet's layers with a sixteenth of its channels."""

    def __init__(self):
        super().__init__()
        n, (a, b, c, d, e) = torch.nn, (4, 12, 24, 16, 16)
        self.features = n.Sequential(
            n.Conv2d(3, a, 11, 4, 2), n.ReLU(), n.MaxPool2d(3, 2), n.Conv2d(a, b, 5, padding=2), n.ReLU(),
            n.MaxPool2d(3, 2), n.Conv2d(b, c, 3, padding=1), n.ReLU(), n.Conv2d(c, d, 3, padding=1), n.ReLU(),
            n.Conv2d(d, e, 3, padding=1), n.ReLU(), n.MaxPool2d(3, 2))


def miniature():
    """A whole LPIPS as R-LPIPS saves it: the state dict of the metric, here of a data-parallel one."""
    original = torchvision.models.alexnet
    lpips.pretrained_networks.tv.alexnet = lambda **_: SmallAlexNet()
    metric = lpips.LPIPS(net="alex", pnet_rand=True, pretrained=False, verbose=False)
    lpips.pretrained_networks.tv.alexnet = original
    metric.chns = [4, 12, 24, 16, 16]
    for k, channels in enumerate(metric.chns):
        layer = lpips.NetLinLayer(channels, use_dropout=True)
        setattr(metric, f"lin{k}", layer)
        metric.lins[k] = layer
    metric = filled(metric).float()
    torch.save(torch.nn.DataParallel(metric).state_dict(), GOLDEN / "r-lpips.pth")
    torch.save({f"lin{k}.model.1.weight": metric.state_dict()[f"lin{k}.model.1.weight"] for k in range(5)},
               GOLDEN / "linear.pth", _use_new_zipfile_serialization=False)
    return evaluated(lambda x, y: metric.to(D)(x, y, normalize=True), 65, 64)


def dists_case(height, width):
    counts = 1475
    factors = {name: tensor(name, (1, counts, 1, 1)).float().to(D) for name in ("alpha", "beta")}
    total = sum(f.sum() for f in factors.values())

    def vgg(**_):
        model = torchvision.models.vgg16(weights=None)
        with torch.no_grad():
            for name, parameter in model.features.named_parameters():
                parameter.copy_(value("features." + name, tuple(parameter.shape)))
        return model.to(D)

    piq.perceptual.vgg16 = vgg
    torch.hub.load_state_dict_from_url = lambda *_, **__: {k: f / total for k, f in factors.items()}
    metric = piq.DISTS(reduction="none")
    # piq keeps the pixel constants in single precision.
    metric.mean = torch.tensor([0.485, 0.456, 0.406], dtype=D).view(1, 3, 1, 1)
    metric.std = torch.tensor([0.229, 0.224, 0.225], dtype=D).view(1, 3, 1, 1)
    return evaluated(metric, height, width)


GOLDEN.mkdir(parents=True, exist_ok=True)
cases = lpips_cases() | {"r-lpips": miniature(), "dists": dists_case(36, 33)}
versions = {"torch": torch.__version__, "torchvision": torchvision.__version__, "lpips": "0.1.4", "piq": piq.__version__}
(GOLDEN / "learned.json").write_text(json.dumps(
    {"generator": "Tests/Reference/learned_metrics.py", "versions": versions, "cases": cases},
    separators=(",", ":")) + "\n")
for name, case in cases.items():
    print(name, case["distances"])
