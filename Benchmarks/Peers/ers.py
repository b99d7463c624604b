"""The protocol of the Empirical Robustness Score in PyTorch: batches of 112, no gradients of weights, a cached gallery,
distances of unit vectors by one product of matrices.

Images, weights, labels, queries and the targets that are drawn at random come from the folder that all sides share; what
an attack chooses by distance is chosen here. The rules are those of Gauntlet: an attack counts where it hurts, so the worse
one of the clean and the last image is taken; a query's own entry is told by its index.
"""
import json
import os

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torchvision

ATTACKS = ["ca-plus", "ca-minus", "qa-plus", "qa-minus", "tma", "es", "ltm", "gtm", "gtt"]
BATCH, EPSILON, ALPHA = 112, 8 / 255, 3 / 255


def safetensors(path):
    with open(path, "rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
        data = file.read()
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        first, last = entry["data_offsets"]
        array = np.frombuffer(data[first:last], np.float32).reshape(entry["shape"]).copy()
        tensors[name] = torch.from_numpy(array)
    return tensors, metadata


class Normalized(nn.Module):
    """The network, pixels normalised within it as the weights ask for."""

    def __init__(self, tensors, metadata):
        super().__init__()
        self.net = torchvision.models.resnet18(num_classes=512)
        missing, surplus = self.net.load_state_dict(tensors, strict=False)
        assert not surplus and all(name.endswith("num_batches_tracked") for name in missing), (missing, surplus)
        self.is_imagenet = metadata.get("gauntlet.normalization") == "imagenet"
        self.register_buffer("mean", torch.tensor([0.485, 0.456, 0.406]).reshape(1, 3, 1, 1))
        self.register_buffer("deviation", torch.tensor([0.229, 0.224, 0.225]).reshape(1, 3, 1, 1))

    def forward(self, x):
        if self.is_imagenet:
            x = (x - self.mean) / self.deviation
        return F.normalize(self.net(x))


class Protocol:
    is_warm = True

    def __init__(self, way, threads, folder):
        torch.set_num_threads(threads)
        self.layout = torch.channels_last if way == "channels-last" else torch.contiguous_format
        self.steps = int(os.environ.get("ERS_STEPS", 32))
        read = lambda name: np.load(os.path.join(folder, name), mmap_mode="r")
        self.net = Normalized(*safetensors(os.path.join(folder, "weights.safetensors")))
        self.net = self.net.to(memory_format=self.layout).eval()
        for parameter in self.net.parameters():
            parameter.requires_grad_(False)
        images = read("images.npy")
        with torch.no_grad():
            parts = [self.net(self.images(images[i:i + 250])) for i in range(0, len(images), 250)]
        self.gallery = torch.cat(parts)
        self.minus_two = -2 * self.gallery.T.contiguous()
        self.two = torch.tensor(2.0)
        self.labels = torch.from_numpy(np.array(read("labels.npy")).astype(np.int64))
        self.queries = torch.from_numpy(np.array(read("queries.npy")).astype(np.int64))
        self.pixels = self.images(images[self.queries.numpy()])
        with open(os.path.join(folder, "targets.json")) as file:
            self.targets = {name: torch.tensor(values) for name, values in json.load(file).items()}
        self.results, self.done = {}, 0
        # Warms up: two steps of the first batch.
        steps, self.steps = self.steps, 2
        self.attack(ATTACKS[0], torch.arange(min(BATCH, len(self.queries))))
        self.steps = steps

    def images(self, array):
        return torch.from_numpy(np.array(array)).to(memory_format=self.layout)

    def distances(self, e):
        return torch.addmm(self.two, e, self.minus_two).clamp_min(1e-12).sqrt()

    def __call__(self):
        name = ATTACKS[self.done % len(ATTACKS)]
        self.done += 1
        sums = {}
        for start in range(0, len(self.queries), BATCH):
            part = torch.arange(start, min(start + BATCH, len(self.queries)))
            for key, values in self.attack(name, part).items():
                sums[key] = sums.get(key, 0) + float(values.double().sum())
        self.results.update({f"{name} {key}": value / len(self.queries) for key, value in sums.items()})

    def attack(self, name, part):
        x0, own = self.pixels[part], self.queries[part]
        loss, measures = self.choose(name, part, own)
        final = x0.clone(memory_format=self.layout)
        moving, x = torch.arange(len(part)), final
        low, high = (x0 - EPSILON).clamp_min(0), (x0 + EPSILON).clamp_max(1)
        for step in range(self.steps):
            x = x.detach().requires_grad_(True)
            (gradient,) = torch.autograd.grad(loss(self.net(x), step).sum(), x)
            with torch.no_grad():
                size = EPSILON if self.steps == 1 else ALPHA
                moved = torch.clamp(x.sub(gradient.sign_(), alpha=size), low, high)
                # An image that a step leaves in place stays there: it takes no more passes, as on the other side.
                go_on = (moved != x).flatten(1).any(1)
                x = moved
                if not go_on.all():
                    final[moving] = x
                    moving, low, high = moving[go_on], low[go_on], high[go_on]
                    x = x[go_on].contiguous(memory_format=self.layout)
                    if len(moving) == 0:
                        break
                    loss, _ = self.choose(name, part[moving], own[moving])
        with torch.no_grad():
            final[moving] = x.detach()
            before, after = measures(self.gallery[own]), measures(self.net(final))
        values = {}
        for key, (wants_lower, clean) in before.items():
            worse = torch.minimum if wants_lower else torch.maximum
            values[f"{key} before"], values[f"{key} after"] = clean, worse(clean, after[key][1])
        return values

    def choose(self, name, part, own):
        """The loss of an attack, [n] from the embeddings and the step, and its measures: whether the adversary wants them
        low, and their values."""
        gallery, count, rows = self.gallery, len(self.gallery), torch.arange(len(own))
        clean = gallery[own]
        same = self.labels[own][:, None] == self.labels[None]
        itself = own[:, None] == torch.arange(count)[None]

        def others(e):
            return self.distances(e).masked_fill_(itself, float("inf"))

        def recall(e):
            return {"recall@1": (True, 100.0 * (self.labels[others(e).argmin(1)] == self.labels[own]))}

        if name in self.targets:
            target = self.targets[name][part]
            fixed = gallery[target]
        if name.endswith("minus"):
            pool = others(clean).topk(count // 100, largest=False).indices
            assert (pool == target[:, None]).any(1).float().mean() > 0.99, "targets are not of the nearest 1%"
        is_up = name.endswith("plus")

        def hinge(pivot, d):
            return (pivot[:, None] - d if is_up else d - pivot[:, None]).relu().mean(1)

        if name.startswith("ca"):
            toward = self.distances(fixed)
            pivot = lambda e: (e - fixed).norm(dim=1)
            rank = lambda e: 100.0 * (toward < pivot(e)[:, None]).sum(1) / count
            return lambda e, step: hinge(pivot(e), toward), lambda e: {"rank": (is_up, rank(e))}
        if name.startswith("qa"):
            def rank(e):
                d = self.distances(e)
                return 100.0 * (d < d[rows, target][:, None]).sum(1) / count

            def loss(e, step):
                d = self.distances(e)
                return hinge(d[rows, target], d)

            return loss, lambda e: {"rank": (is_up, rank(e))}
        if name == "tma":
            cosine = lambda e: (e * fixed).sum(1)
            return lambda e, step: 1 - cosine(e), lambda e: {"cosine": (False, cosine(e))}
        if name == "es":
            # Where the embedding has not moved yet, the distance has no gradient: all components grow.
            shift = lambda e: (e - clean).norm(dim=1)
            loss = lambda e, step: -(shift(e) if step else e.sum(1))
            return loss, lambda e: {"shift": (False, shift(e)), **recall(e)}
        if name == "ltm":
            matching, others_labels = same & ~itself, ~same

            def loss(e, step):
                d = self.distances(e)
                far = d.masked_fill(~others_labels, -float("inf")).amax(1)
                near = d.masked_fill(~matching, float("inf")).amin(1)
                return (far - near).relu()

            return loss, recall
        if name == "gtm":
            fixed = gallery[self.distances(clean).masked_fill_(same, float("inf")).argmin(1)]
            return lambda e, step: (e - fixed).norm(dim=1), recall
        top = others(clean).argmin(1)

        def loss(e, step):
            d = self.distances(e)
            return (d - d[rows, top][:, None]).relu().mean(1)

        def retained(e):
            d = others(e)
            return {"retained@4": (True, 100.0 * ((d < d[rows, top][:, None]).sum(1) < 4))}

        return loss, retained


def prepare(work, way, threads, folder):
    return Protocol(way, threads, folder)
