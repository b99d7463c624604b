"""AutoAttack for two alternatives as one writes it first in PyTorch: the reference, the nearer and the farther image go
through the network at every pass, and every sample goes through every attack to its end.

APGD on the margin and on the relative margin, FAB, and Square on the margin, linf. Images, weights and settings come from
the folder that all sides share.
"""
import json
import os

import numpy as np
import torch

from ers import Normalized, safetensors

STEPS, BATCH = 100, 28


class Decision:
    """d(x, farther) - d(x, nearer), and the sum of both."""

    def __init__(self, net, nearer, farther, layout):
        self.net, self.nearer, self.farther, self.layout = net, nearer, farther, layout

    def distances(self, x):
        e = self.net(torch.cat([x, self.nearer, self.farther]).contiguous(memory_format=self.layout))
        reference, near, far = e.chunk(3)
        return (reference - far).norm(dim=1), (reference - near).norm(dim=1)

    def margin(self, x):
        far, near = self.distances(x)
        return far - near

    def relative(self, x):
        far, near = self.distances(x)
        return (far - near) / (far + near).clamp_min(1e-12)

    def holds(self, x):
        with torch.no_grad():
            return self.margin(x) > 0


def with_slope(function, x):
    x = x.detach().requires_grad_(True)
    value = function(x)
    (slope,) = torch.autograd.grad(value.sum(), x)
    return value.detach(), slope


def project(x, x0, epsilon):
    return torch.clamp(torch.minimum(torch.maximum(x, x0 - epsilon), x0 + epsilon), 0, 1)


def apgd(function, x0, epsilon):
    rows = (slice(None), None, None, None)
    x = project(x0 + epsilon * (2 * torch.rand_like(x0) - 1), x0, epsilon)
    before = x
    value, slope = with_slope(function, x)
    best, lowest, best_slope = x, value, slope
    at_check, size = lowest, torch.full_like(value, 2 * epsilon)
    falls, halved = torch.zeros_like(value), torch.ones_like(value, dtype=torch.bool)
    window, since = max(int(0.22 * STEPS), 1), 0
    for step in range(STEPS):
        z = project(x - size[rows] * slope.sign(), x0, epsilon)
        moved = z if step == 0 else project(x + 0.75 * (z - x) + 0.25 * (x - before), x0, epsilon)
        before, x, last = x, moved, value
        value, slope = with_slope(function, x)
        falls += (value < last).float()
        better = value < lowest
        best = torch.where(better[rows], x, best)
        best_slope = torch.where(better[rows], slope, best_slope)
        lowest = torch.where(better, value, lowest)
        since += 1
        if since == window:
            halved = (falls <= 0.75 * window) | (~halved & (lowest == at_check))
            size = torch.where(halved, size / 2, size)
            x = torch.where(halved[rows], best, x)
            slope = torch.where(halved[rows], best_slope, slope)
            value = torch.where(halved, lowest, value)
            at_check, falls, since = lowest, torch.zeros_like(falls), 0
            window = max(window - max(int(0.03 * STEPS), 1), max(int(0.06 * STEPS), 1))
    return best


def onto_plane(x, w, rise):
    """The smallest step in linf onto <w, d> = rise within the box, by sorting where pixels reach its faces."""
    shape = x.shape
    x, w = x.flatten(1), w.flatten(1) * rise.sign()[:, None]
    rise = rise.abs()
    room = torch.where(w > 0, 1 - x, x)
    order = room.argsort(dim=1)
    sorted_room = room.gather(1, order)
    steep = w.abs().gather(1, order)
    left = steep.sum(1, keepdim=True) - steep.cumsum(1) + steep
    filled = torch.cat([torch.zeros(len(x), 1), (steep * sorted_room).cumsum(1)[:, :-1]], dim=1)
    reached = filled + left * sorted_room
    place = (reached < rise[:, None]).sum(1).clamp_max(x.shape[1] - 1)[:, None]
    length = (rise[:, None] - filled.gather(1, place)) / left.gather(1, place).clamp_min(1e-30)
    return (w.sign() * torch.minimum(length.clamp_min(0).expand_as(room), room)).reshape(shape)


def fab(decision, x0):
    rows = (slice(None), None, None, None)
    x, best, nearest = x0, x0, torch.full((len(x0),), float("inf"))
    for _ in range(STEPS):
        value, slope = with_slope(decision.margin, x)
        w = -slope
        offset = (w * (x - x0)).flatten(1).sum(1)
        d1, d2 = onto_plane(x, w, value), onto_plane(x0, w, offset + value)
        a1, a2 = (d.flatten(1).abs().amax(1).clamp_min(1e-8) for d in (d1, d2))
        share = (a1 / (a1 + a2)).clamp_max(0.1)[rows]
        x = ((1 - share) * (x + 1.05 * d1) + share * (x0 + 1.05 * d2)).clamp(0, 1)
        broken = ~decision.holds(x)
        length = (x - x0).flatten(1).abs().amax(1)
        better = broken & (length < nearest)
        best, nearest = torch.where(better[rows], x, best), torch.where(better, length, nearest)
        x = torch.where(broken[rows], x0 + 0.9 * (x - x0), x)
    return best


def square(decision, x0, epsilon, queries):
    n, c, h, w = x0.shape
    rows = (slice(None), None, None, None)
    signs = lambda *shape: 2.0 * torch.randint(0, 2, shape) - 1
    best = project(x0 + epsilon * signs(n, c, 1, w), x0, epsilon)
    with torch.no_grad():
        lowest = decision.margin(best)
        for query in range(1, queries):
            halvings = sum(query - 1 > end for end in [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000])
            side = min(max(round((0.8 / 2**halvings * h * w) ** 0.5), 1), h, w)
            top, left = (int(torch.randint(0, extent - side + 1, ())) for extent in (h, w))
            x = best.clone()
            window = (slice(None), slice(None), slice(top, top + side), slice(left, left + side))
            x[window] = x0[window] + epsilon * signs(n, c, 1, 1)
            x = project(x, x0, epsilon)
            value = decision.margin(x)
            better = (value < lowest) | (value <= 0)
            best, lowest = torch.where(better[rows], x, best), torch.where(better, value, lowest)
    return best


class Cascade:
    is_warm = True

    def __init__(self, way, threads, folder):
        torch.set_num_threads(threads)
        torch.manual_seed(1)
        self.layout = torch.channels_last if way == "channels-last" else torch.contiguous_format
        with open(os.path.join(folder, "settings.json")) as file:
            settings = json.load(file)
        self.epsilon, self.queries, self.parts = settings["radius"], int(settings["queries"]), int(settings["parts"])
        self.net = Normalized(*safetensors(os.path.join(folder, "weights.safetensors")))
        self.net = self.net.to(memory_format=self.layout).eval()
        for parameter in self.net.parameters():
            parameter.requires_grad_(False)
        self.images = [
            torch.from_numpy(np.load(os.path.join(folder, f"{name}.npy"))) for name in ("reference", "nearer", "farther")]
        self.done = self.right = self.held = 0
        x0, nearer, farther = (images[:BATCH] for images in self.images)
        Decision(self.net, nearer, farther, self.layout).holds(x0)

    def __call__(self):
        ids = torch.arange(len(self.images[0]))
        ids = ids[ids % self.parts == self.done % self.parts]
        self.done += 1
        for start in range(0, len(ids), BATCH):
            x0, nearer, farther = (images[ids[start:start + BATCH]] for images in self.images)
            decision = Decision(self.net, nearer, farther, self.layout)
            holds = decision.holds(x0)
            self.right += int(holds.sum())
            for found in (
                apgd(decision.margin, x0, self.epsilon), apgd(decision.relative, x0, self.epsilon),
                project(fab(decision, x0), x0, self.epsilon), square(decision, x0, self.epsilon, self.queries),
            ):
                holds &= decision.holds(found)
            self.held += int(holds.sum())

    @property
    def results(self):
        count = len(self.images[0]) / 100
        return {"autoattack-2afc correct before": self.right / count, "autoattack-2afc correct after": self.held / count}


def prepare(work, way, threads, folder):
    return Cascade(way, threads, folder)
