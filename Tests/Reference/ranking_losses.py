"""Ranking losses and their gradients by pytorch-metric-learning: Tests/RankingDefensesTests/Golden/losses.json.

    python Tests/Reference/ranking_losses.py

Written with torch 2.15, pytorch-metric-learning 2.9; float64 inside. Embeddings are on the unit sphere and the gradient is
with respect to them; triplets are rows of the batch.
"""
import json
import os
import numpy as np
import torch
from pytorch_metric_learning import distances, losses, miners, reducers

GOLDEN = os.path.join(os.path.dirname(__file__), "..", "RankingDefensesTests", "Golden")
ROWS, SIZE = 12, 6
labels = torch.tensor([0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 3, 3])
index = np.arange(ROWS * SIZE)
raw = np.sin(1 + 0.9 * index + 0.05 * index**2).reshape(ROWS, SIZE) + 0.7 * np.cos(labels.numpy()[:, None] * 2 + np.arange(SIZE))
unit = raw / np.linalg.norm(raw, axis=1, keepdims=True)
triplets = [(0, 1, 2), (2, 3, 4), (4, 5, 6), (6, 7, 8), (8, 9, 10), (10, 11, 0)]
a, p, n = (torch.tensor(x) for x in zip(*triplets))
plain = dict(distance=distances.LpDistance(normalize_embeddings=False, p=2, power=1))
betas = torch.tensor([0.5, 0.6, 0.7, 0.8], dtype=torch.float64)


def result(loss):
    x = torch.tensor(unit, requires_grad=True)
    value = loss(x)
    value.backward()
    return {"loss": float(value.detach()), "gradient": x.grad.flatten().tolist()}


def triplet(x):
    return losses.TripletMarginLoss(margin=0.2, reducer=reducers.MeanReducer(), **plain)(x, labels, (a, p, n))


def contrastive(x):
    return losses.ContrastiveLoss(pos_margin=0, neg_margin=1, reducer=reducers.MeanReducer(), **plain)(
        x, labels, (a, p, a, n))


margin_loss = losses.MarginLoss(margin=0.2, nu=0, beta=0.6, learn_beta=True, num_classes=4, **plain).double()
with torch.no_grad():
    margin_loss.beta.copy_(betas)


def margin(x):
    return margin_loss(x, labels, (a, p, n))


def multi_similarity(x):
    cosine = distances.DotProductSimilarity(normalize_embeddings=False)
    mined = miners.MultiSimilarityMiner(epsilon=0.1, distance=cosine)(x.detach(), labels)
    return losses.MultiSimilarityLoss(alpha=2, beta=40, base=0.5, distance=cosine)(x, labels, mined)


def snr(x):
    loss = losses.TripletMarginLoss(
        margin=0.2, distance=distances.SNRDistance(normalize_embeddings=False), reducer=reducers.MeanReducer())
    return loss(x, labels, (a, p, n)) + 0.005 * x[a].sum(1).abs().mean()


values = {
    "labels": labels.tolist(), "shape": [ROWS, SIZE], "embeddings": unit.flatten().tolist(),
    "anchors": a.tolist(), "positives": p.tolist(), "negatives": n.tolist(), "betas": betas.tolist(),
    "triplet": result(triplet), "contrastive": result(contrastive), "margin": result(margin),
    "multiSimilarity": result(multi_similarity), "snr": result(snr),
}
values["margin"]["boundaryGradient"] = margin_loss.beta.grad.tolist()
with open(os.path.join(GOLDEN, "losses.json"), "w") as file:
    json.dump(values, file, indent=1)
print({k: v["loss"] for k, v in values.items() if isinstance(v, dict)})
