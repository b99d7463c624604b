"""Writes the golden values of Tests/ClassicMetricsTests/Golden: images, and what scikit-image and pytorch-msssim say.

    python Tests/Reference/classic_metrics.py Tests/ClassicMetricsTests/Golden

Images are made here from a fixed seed (smooth waves and noise, 8 bits) and stored as raw bytes: two images a case, each
[3, H, W]. Values are computed in float64; pytorch-msssim gets its window in float64
too (its own is float32 and sums to 1 only to 1e-7, which moves flat images by 1e-5).
"""

import json
import platform
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from pytorch_msssim import ms_ssim, ssim
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

CASES = [  # name, height, width, seed
    ("small", 11, 14, 1),
    ("square", 32, 32, 2),
    ("odd", 37, 45, 3),
    ("flat", 24, 24, 4),
    ("large", 161, 164, 5),
]
WINDOW = torch.exp(-((torch.arange(11, dtype=torch.float64) - 5) ** 2) / (2 * 1.5**2))
WINDOW = (WINDOW / WINDOW.sum())[None, None, None]
WEIGHTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]


def pair(name, height, width, seed):
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width] / max(height, width)
    planes = []
    for _ in range(3):
        fx, fy, phase = rng.uniform(-4, 4, 2).tolist() + [rng.uniform(0, 6)]
        planes.append(0.5 + 0.3 * np.sin(2 * np.pi * (fx * x + fy * y) + phase))
    a = np.stack(planes) + rng.normal(0, 0.05, (3, height, width))
    b = 0.8 * a + 0.1 + rng.normal(0, 0.08, (3, height, width))
    if name == "flat":  # where variances vanish
        a = np.full_like(a, 1.0)
        b = np.full_like(a, 0.9)
        b[:, :12] = 1.0
    return [np.round(np.clip(v, 0, 1) * 255).astype(np.uint8) for v in (a, b)]


def luma(image):
    return (0.299 * image[0] + 0.587 * image[1] + 0.114 * image[2])[None]


def window(channels):
    return WINDOW.repeat([channels, 1, 1, 1])


def scales_that_fit(side):
    return [m for m in range(1, 6) if side > 10 * 2 ** (m - 1)]


def main(folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    cases = []
    for name, height, width, seed in CASES:
        a8, b8 = pair(name, height, width, seed)
        (folder / f"{name}.rgb").write_bytes(a8.tobytes() + b8.tobytes())
        a, b = a8 / 255.0, b8 / 255.0
        ta, tb = torch.from_numpy(a)[None], torch.from_numpy(b)[None]
        options = dict(
            gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=1.0, K1=0.01, K2=0.03
        )
        case = dict(
            name=name,
            height=height,
            width=width,
            l2=float(np.sqrt(((a - b) ** 2).sum())),
            psnr=float(peak_signal_noise_ratio(a, b, data_range=1.0)),
            ssimScikitImage=float(structural_similarity(a, b, channel_axis=0, **options)),
            ssimLumaScikitImage=float(structural_similarity(luma(a)[0], luma(b)[0], **options)),
            ssimTorch=float(ssim(ta, tb, data_range=1.0, win=window(3))),
            msSSIM={},
            msSSIMLuma={},
        )
        la, lb = (torch.from_numpy(luma(v))[None] for v in (a, b))
        for scales in scales_that_fit(min(height, width)):
            weights = WEIGHTS if scales == 5 else [w / sum(WEIGHTS[:scales]) for w in WEIGHTS[:scales]]
            if scales < 5:
                # The package asserts the size that five scales need; its parts do not.
                case["msSSIM"][scales] = few_scales(ta, tb, weights)
                case["msSSIMLuma"][scales] = few_scales(la, lb, weights)
            else:
                options = dict(data_range=1.0, weights=weights)
                case["msSSIM"][scales] = float(ms_ssim(ta, tb, win=window(3), **options))
                case["msSSIMLuma"][scales] = float(ms_ssim(la, lb, win=window(1), **options))
        cases.append(case)
    provenance = dict(
        generator="Tests/Reference/classic_metrics.py",
        python=platform.python_version(),
        **{p: version(p) for p in ("numpy", "torch", "pytorch-msssim", "scikit-image")},
    )
    (folder / "values.json").write_text(json.dumps(dict(provenance=provenance, cases=cases), indent=1) + "\n")


def few_scales(a, b, weights):
    """The definition with pytorch-msssim's own window means."""
    from pytorch_msssim.ssim import _ssim

    factors = []
    for scale in range(len(weights)):
        full, contrast = _ssim(a, b, data_range=1.0, win=window(a.shape[1]), size_average=False)
        factors.append(torch.relu(full if scale == len(weights) - 1 else contrast))
        padding = [s % 2 for s in a.shape[2:]]
        a, b = (torch.nn.functional.avg_pool2d(v, 2, padding=padding) for v in (a, b))
    powers = [f**w for f, w in zip(factors, weights)]
    return float(torch.stack(powers).prod(0).mean())


if __name__ == "__main__":
    main(sys.argv[1])
