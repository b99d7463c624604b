"""Names, shapes and outputs of published networks for Tests/EmbeddingsTests: weights hashed by their own names.

    python Tests/Reference/published_weights.py

Outputs in double precision of one image each. Written with torch 2.15, torchvision 0.29, timm 1.0.31, open_clip 3.
"""
import json
import pathlib

import open_clip
import timm
import torch
import torchvision

from networks import samples, tensor

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "EmbeddingsTests" / "Golden"
D = torch.float64


def value(name, shape):
    """The rule of Hashed.published: by name and rank."""
    u = tensor(name, shape)
    if len(shape) > 1:
        fan = max(1, int(torch.tensor(shape[1:]).prod()))
        return ((2 * u - 1) * (6.0 / fan) ** 0.5).float()
    if name.endswith(("weight", "gamma", "running_var")):
        return (0.5 + u).float()
    return ((2 * u - 1) * 0.2).float()


def filled(model):
    with torch.no_grad():
        for name, value_ in model.state_dict().items():
            if value_.is_floating_point():
                value_.copy_(value(name, tuple(value_.shape)))
    return model.to(D).eval()


def case(model, architecture, side, run=None, keep=lambda name: True):
    model = filled(model)
    shapes = {n: list(v.shape) for n, v in model.state_dict().items() if v.is_floating_point() and keep(n)}
    with torch.no_grad():
        y = (run or model)(tensor("images", (1, 3, side, side)).float().to(D))
    return {"architecture": architecture, "side": side, "shapes": shapes, "output": samples(y, 128)}


def open_clip_case(name, architecture):
    model = open_clip.create_model(name, pretrained=None)
    # The text's tower is not read, so a few of its names do.
    text = {"token_embedding.weight": [2, 4], "positional_embedding": [3, 4], "text_projection": [4, 4],
            "ln_final.weight": [4], "transformer.resblocks.0.ln_1.weight": [4], "logit_scale": []}
    result = case(model, architecture, 224, model.encode_image, lambda n: n.startswith("visual."))
    result["shapes"] |= text
    return result


def timm_clip():
    model = timm.create_model("vit_base_patch32_clip_quickgelu_224", num_classes=512)
    model.head.bias = None
    return case(model, "clip-vit-base-32", 224)


def timm_dino():
    model = timm.create_model("vit_small_patch16_224", num_classes=3)
    # The classifier is left out: DINO's embedding is the normalised class token.
    return case(model, "vit-small-16", 224, lambda x: model.forward_features(x)[:, 0])


cases = {
    "openai clip": open_clip_case("ViT-B-32-quickgelu", "clip-vit-base-32"),
    "open clip": open_clip_case("ViT-B-16", "open-clip-vit-base-16"),
    "timm clip": timm_clip(),
    "timm dino": timm_dino(),
    "timm dinov2": case(timm.create_model("vit_small_patch14_dinov2", num_classes=0), "dinov2-vit-small-14", 518),
    "torchvision resnet": case(torchvision.models.resnet18(weights=None), "resnet18", 64),
    "torchvision squeezenet": case(torchvision.models.squeezenet1_1(weights=None), "squeezenet", 64),
}
versions = {"torch": torch.__version__, "torchvision": torchvision.__version__, "timm": timm.__version__,
            "open_clip": open_clip.__version__}
(GOLDEN / "published.json").write_text(json.dumps(
    {"generator": "Tests/Reference/published_weights.py", "versions": versions, "cases": cases},
    separators=(",", ":")) + "\n")
for name, item in cases.items():
    print(name, item["output"]["norm"], len(item["shapes"]))
