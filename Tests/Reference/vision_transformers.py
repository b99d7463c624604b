"""Golden numbers for Tests/NetworksTests: vision transformers of timm on hashed weights, in double precision.

Weights are hashed by the names that Gauntlet gives them (DINO's), see networks.py. Batch 16 is stored by samples; batches
of 1 and 3 are its first rows. Usage: python vision_transformers.py OUTPUT_DIRECTORY
"""
import json
import pathlib
import sys

import timm
import torch
from torch import nn

from networks import hashed, numbers, samples, tensor

D = torch.float64


def value(name, shape):
    """The rule of Hashed.swift: by role, which the name says."""
    u = tensor(name, shape)
    if name in ("cls_token", "pos_embed", "register_tokens", "proj") or len(shape) > 1:
        fan = max(1, int(torch.tensor(shape[1:]).prod()))
        return ((2 * u - 1) * (6.0 / fan) ** 0.5).float().to(D)
    if name.endswith("gamma") or name.endswith("weight"):
        return (0.5 + u).float().to(D)
    return ((2 * u - 1) * 0.2).float().to(D)


def ours(name):
    """Gauntlet's name of one of timm's parameters."""
    return {"norm_pre.weight": "pos_drop.weight", "norm_pre.bias": "pos_drop.bias", "head.weight": "proj",
            "reg_token": "register_tokens"}.get(name, name)


def fill(model):
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            mine, shape = ours(name), tuple(parameter.shape)
            if mine == "proj":
                parameter.copy_(value(mine, (shape[1], shape[0])).T)
            else:
                parameter.copy_(value(mine, shape))
    return model


# name: (timm's model, its settings, side, outputs)
MODELS = {
    "vit-base-16": ("vit_base_patch16_224", {"img_size": 64, "num_classes": 0}, 64, 768),
    "vit-small-16": ("vit_small_patch16_224", {"img_size": 96, "num_classes": 0}, 96, 384),
    "dinov2-small-14": ("vit_small_patch14_dinov2", {"img_size": 70, "num_classes": 0}, 70, 384),
    "clip-base-32": ("vit_base_patch32_clip_quickgelu_224", {"img_size": 96, "num_classes": 512}, 96, 512),
    "open-clip-base-32": ("vit_base_patch32_clip_224", {"img_size": 96, "num_classes": 512}, 96, 512),
}


def evaluation(name):
    kind, settings, side, outputs = MODELS[name]
    model = timm.create_model(kind, pretrained=False, **settings).to(D)
    if getattr(model, "head", None) is not None and isinstance(model.head, nn.Linear) and model.head.bias is not None:
        model.head = nn.Linear(model.head.in_features, model.head.out_features, bias=False).to(D)
    model = fill(model).eval()
    x = tensor("images", (16, 3, side, side)).float().to(D).requires_grad_(True)
    y = model(x)
    (gradient,) = torch.autograd.grad((y * tensor("seed", (16, outputs))).sum(), x)
    return {"side": side, "outputs": outputs, "biased": model.patch_embed.proj.bias is not None,
            "output": samples(y, 192), "gradient": samples(gradient, 192)}


def resized():
    """DINO's interpolation of 3 x 3 positions to 5 x 5, by PyTorch's bicubic with a scale factor."""
    table = tensor("table", (1, 9, 4)).reshape(1, 3, 3, 4).permute(0, 3, 1, 2)
    result = {}
    for wanted in (5, 2):
        scale = (wanted + 0.1) / 3
        grown = nn.functional.interpolate(table, scale_factor=(scale, scale), mode="bicubic")
        assert grown.shape[-1] == wanted
        shrunk = nn.functional.interpolate(table, size=(wanted, wanted), mode="bicubic", antialias=True)
        result[str(wanted)] = {"offset": numbers(grown.permute(0, 2, 3, 1)),
                               "antialiased": numbers(shrunk.permute(0, 2, 3, 1))}
    return result


def main(folder):
    torch.manual_seed(0)
    folder = pathlib.Path(folder)
    versions = {"torch": torch.__version__, "timm": timm.__version__}
    value = {"generator": "Tests/Reference/vision_transformers.py", "versions": versions,
             "cases": {name: evaluation(name) for name in MODELS}, "resized": resized()}
    (folder / "transformers.json").write_text(json.dumps(value, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
