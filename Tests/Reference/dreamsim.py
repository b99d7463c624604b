"""Golden numbers and LoRA files for Tests/DreamSimTests, of miniatures of DreamSim's branches.

    python Tests/Reference/dreamsim.py

Transformers are timm's with hashed weights (vision_transformers.py), in double precision. Embeddings, their centring and the
distances are written down here from the published description. LoRAs: `ensemble_lora` is saved by peft; `old_lora` has
the tensors of peft 0.1.0, whose merged linear layers are those of loralib, which merges them here. Their numbers are
multiples of 1/8, so that merging is exact in single precision. torch 2.15, timm 1.0.31, peft 0.21.2, loralib 0.1.2.
"""
import functools
import json
import pathlib
import shutil

import loralib
import peft
import timm
import torch
from timm.models.vision_transformer import VisionTransformer
from torch import nn

from networks import numbers, samples, tensor
from vision_transformers import fill, value

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "DreamSimTests" / "Golden"
D = torch.float64
MEANS = {"imagenet": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
         "clip": ((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711))}


class QuickGELU(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(1.702 * x)


class Branch(nn.Module):
    """Two blocks of width 64."""

    def __init__(self, style, feature, patch=16, side=32, grid=None):
        super().__init__()
        clip = style in ("clip", "open_clip")
        self.feature, self.normalization = feature, MEANS["clip" if clip else "imagenet"]
        self.model = VisionTransformer(
            img_size=side, patch_size=patch, embed_dim=64, depth=2, num_heads=1, num_classes=32 if clip else 0,
            pre_norm=clip, act_layer=QuickGELU if style == "clip" else nn.GELU,
            norm_layer=functools.partial(nn.LayerNorm, eps=1e-5 if clip else 1e-6),
            init_values=1e-5 if style == "dinov2" else None)
        if clip:
            self.model.head = nn.Linear(64, 32, bias=False)
        fill(self.model)
        assert not clip or self.model.patch_embed.proj.bias is None
        if grid:
            self.resize(grid, side // patch)
        if not clip:
            self.model.norm = nn.Identity()

    def resize(self, grid, wanted):
        """DINOv2's interpolation of a stored table."""
        table = value("pos_embed", (1, grid * grid + 1, 64)).to(D)
        scale = (wanted + 0.1) / grid
        grown = nn.functional.interpolate(
            table[:, 1:].reshape(1, grid, grid, 64).permute(0, 3, 1, 2), scale_factor=(scale, scale), mode="bicubic")
        assert grown.shape[-1] == wanted
        self.model.pos_embed.data = torch.cat((table[:, :1], grown.permute(0, 2, 3, 1).reshape(1, -1, 64)), 1)

    def forward(self, x):
        mean, deviation = (torch.tensor(v, dtype=x.dtype).view(3, 1, 1) for v in self.normalization)
        tokens = self.model.forward_features((x - mean) / deviation)
        if self.feature == "tokens":
            return tokens
        return self.model.head(tokens[:, 0])


class Model(nn.Module):
    def __init__(self, branches):
        super().__init__()
        self.extractor_list = nn.ModuleList(branches)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.extractor_list], -1)


def standardized(x, order):
    if order == "new":
        x = x - x.mean(-1, keepdim=True)
        return x / x.norm(dim=-1, keepdim=True)
    if order == "old":
        x = x / x.norm(dim=-1, keepdim=True)
        return x - x.mean(-1, keepdim=True)
    return x


def embedding(model, x, order, patch):
    e = standardized(model(x), order)
    return torch.cat((e[:, 0], e[:, 1:].mean(1)), -1) if patch else e


def case(model, side, order="new", patch=False):
    model = model.to(D).eval()
    x = tensor("images", (3, 3, side, side)).float().to(D).requires_grad_(True)
    y = (0.75 * x.detach() + 0.25 * tensor("fixed", (3, 3, side, side)).float().to(D)).float().to(D)
    e = embedding(model, x, order, patch)
    d = 1 - nn.functional.cosine_similarity(e, embedding(model, y, order, patch), dim=-1)
    (gradient,) = torch.autograd.grad((d * tensor("seed", (3,))).sum(), x)
    return {"embeddings": samples(e, 192), "distances": numbers(d, 12), "gradient": samples(gradient, 192)}


def eighths(name, shape):
    return (tensor(name, shape) * 17).floor().sub(8).div(8).float()


def merged(model):
    """The matrices behind the LoRA, exactly: 9 digits tell a single-precision number."""
    return [samples(block.attn.qkv.weight.float(), 512, 9)
            for branch in model.extractor_list for block in branch.model.blocks]


def new_lora():
    """As the training code saves it: LoRA of rank 4 and alpha 2 on every qkv of all branches."""
    model = Model([Branch("dino", "class"), Branch("clip", "class"), Branch("open_clip", "class")]).float()
    tuned = peft.get_peft_model(model, peft.LoraConfig(
        r=4, lora_alpha=2, lora_dropout=0.3, bias="none", target_modules=["qkv"]))
    with torch.no_grad():
        for name, parameter in tuned.named_parameters():
            if "lora_" in name:
                parameter.copy_(eighths(name, tuple(parameter.shape)))
    folder = GOLDEN / "ensemble_lora"
    tuned.save_pretrained(folder)
    (folder / "README.md").unlink(missing_ok=True)
    model = tuned.merge_and_unload()
    return {"merged": merged(model), **case(model, 32)}


def old_lora():
    """q and v alone, rank 16, alpha 0.5; no configuration beside it."""
    model = Model([Branch("dino", "class")]).float()
    state = {}
    for number, block in enumerate(model.extractor_list[0].model.blocks):
        prefix = f"base_model.model.base_model.model.model.blocks.{number}.attn.qkv."
        layer = loralib.MergedLinear(64, 192, r=16, lora_alpha=0.5, enable_lora=[True, False, True])
        with torch.no_grad():
            layer.weight.copy_(block.attn.qkv.weight)
            layer.lora_A.copy_(eighths(prefix + "lora_A", (32, 64)))
            layer.lora_B.copy_(eighths(prefix + "lora_B", (128, 16)))
        state[prefix + "lora_A.weight"] = layer.lora_A.data.clone()
        state[prefix + "lora_B.weight"] = layer.lora_B.data.clone().unsqueeze(-1)
        layer.eval()  # merges
        block.attn.qkv.weight.data = layer.weight.data
    folder = GOLDEN / "old_lora"
    folder.mkdir(parents=True)
    torch.save(state, folder / "adapter_model.bin")
    return {"merged": merged(model), **case(model, 32, order="old")}


shutil.rmtree(GOLDEN, ignore_errors=True)
GOLDEN.mkdir(parents=True)
cases = {
    "new lora": new_lora(), "old lora": old_lora(),
    "plain": case(Model([Branch("dino", "class"), Branch("clip", "class"), Branch("open_clip", "class")]), 32, order=None),
    "patch new": case(Model([Branch("dinov2", "tokens", 14, 42, 5)]), 42, "new", True),
    "patch old": case(Model([Branch("dinov2", "tokens", 14, 42, 5)]), 42, "old", True),
    "patch plain": case(Model([Branch("dinov2", "tokens", 14, 42, 5)]), 42, None, True),
}
versions = {"torch": torch.__version__, "timm": timm.__version__, "peft": peft.__version__, "loralib": "0.1.2"}
(GOLDEN / "dreamsim.json").write_text(json.dumps(
    {"generator": "Tests/Reference/dreamsim.py", "versions": versions, "cases": cases}, separators=(",", ":")) + "\n")
for name, item in cases.items():
    print(name, item["distances"])
