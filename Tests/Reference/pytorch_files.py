"""Files of torch.save, and their values: python Tests/Reference/pytorch_files.py

Writes into Tests/FileFormatsTests/Golden: *.pth, and pytorch.json, which has what they hold: `files` names a value of `values`
for each. A tensor is its shape and the bit patterns of its values as 32-bit floats; a number is its bit pattern in 64 bits. Random numbers:
PyTorch's generator, seed 20240905. (The keys of the storages of legacy files are addresses: their bytes differ from run
to run, their content does not.)
"""
import collections
import json
import pathlib
import struct
import zipfile

import numpy as np
import torch

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "FileFormatsTests" / "Golden"
random = torch.Generator().manual_seed(20240905)
files, values = {}, {}

FLOATS = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
INTEGERS = (torch.int8, torch.int16, torch.int32, torch.int64, torch.uint8, torch.uint16, torch.uint32, torch.uint64)


def normal(*shape):
    return torch.randn(shape, generator=random)


def floats(dtype):
    values = torch.randn(12, generator=random, dtype=torch.float64) * 10.0 ** torch.arange(-6, 6)
    values[:4] = torch.tensor([float("inf"), float("-inf"), float("nan"), -0.0])
    return values.to(dtype).reshape(3, 4)


def integers(dtype):
    limits = np.iinfo(str(dtype).split(".")[1])
    return torch.from_numpy(np.array([limits.min, limits.max, 0, 1, 77, limits.max // 3], dtype=limits.dtype)).reshape(2, 3)


def every_type():
    tensors = {str(dtype): floats(dtype) for dtype in FLOATS}
    tensors |= {str(dtype): integers(dtype) for dtype in INTEGERS}
    return tensors | {"torch.bool": torch.tensor([True, False, True])}


def views():
    base = normal(4, 6)
    shared = normal(10)
    return {
        "base": base, "transposed": base.t(), "column": base[:, 2], "block": base[1:3, ::2], "row": base[2],
        "expanded": base[0, :1].expand(3, 2), "first": shared[:5], "second": shared[5:], "scalar": torch.tensor(2.5),
        "permuted": normal(2, 3, 4).permute(2, 0, 1), "nothing": torch.zeros(0, 4), "nowhere": normal(3, 4)[:, 4:],
        "last": normal(2, 2, 3, 3).to(memory_format=torch.channels_last), "one": normal(1, 1).t(),
    }


def checkpoint():
    model = torch.nn.Sequential(torch.nn.Conv2d(2, 3, 3), torch.nn.BatchNorm2d(3), torch.nn.ReLU())
    model[0].weight.data = normal(3, 2, 3, 3)
    model[0].bias.data = normal(3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    model(normal(2, 2, 5, 5)).sum().backward()
    optimizer.step()
    scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, [3, 5])
    return {
        "state_dict": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 3,
        "milestones": scheduler.milestones, "args": {"arch": "caf\u00e9", "lr": 0.1, "tags": ["a", "b"], "size": (2, 3)},
        "best": np.float64(0.75), "step": np.int64(-5), "done": np.bool_(True), "half": np.float32(1.5),
        "table": np.arange(6, dtype=np.int16).reshape(2, 3), "fortran": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        "swapped": np.arange(3, dtype=">f4"), "dtype": torch.bfloat16, "device": torch.device("cuda:0"),
        "shape": torch.Size([1, 2]), "bytes": b"\x00\xffab", "none": None, "flag": True, "big": 2**63 + 5,
        "negative": -(2**40), "long": -(2**70), "set": {7}, "parameter": torch.nn.Parameter(normal(2)),
        "tagged": [tagged(normal(2)), tagged(torch.nn.Parameter(normal(2)))],
        "counts": collections.defaultdict(int, {"x": 1}), 5: "five", "pi": 3.140625, "text": "x" * 300,
        "buffer": bytearray(b"ab"), "frozen": frozenset([1]), "empty": [{}, [], (), b"", ""],
    }


def adapter():
    names = [f"base_model.model.blocks.{i}.attn.qkv.lora_{side}.weight" for i in range(2) for side in "AB"]
    return collections.OrderedDict((name, normal(*((2, 6) if "lora_A" in name else (6, 2)))) for name in names)


def tagged(tensor):
    """With an attribute, which PyTorch saves in another way."""
    tensor.note = "x"
    return tensor


def bits(value):
    return str(struct.unpack("<Q", struct.pack("<d", value))[0])


def description(value):
    if isinstance(value, torch.Tensor):
        # Not through PyTorch's conversion: NumPy rounds 64-bit integers once.
        value = value.detach()
        array = value.float().numpy() if value.dtype == torch.bfloat16 else value.numpy()
        return description(array)
    if isinstance(value, np.ndarray):
        with np.errstate(over="ignore"):
            words = np.ascontiguousarray(value.astype("<f4")).ravel().view("<u4")
        return {"kind": "tensor", "shape": list(value.shape), "bits": [int(w) for w in words]}
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, (torch.device, torch.dtype)):
        value = str(value)
    if isinstance(value, dict):
        return {"kind": "dictionary", "items": [description(v) for pair in value.items() for v in pair]}
    if isinstance(value, tuple):
        return {"kind": "tuple", "items": [description(v) for v in value]}
    if isinstance(value, (list, set, frozenset)):
        return {"kind": "list", "items": [description(v) for v in value]}
    if isinstance(value, bool):
        return {"kind": "flag", "text": str(value).lower()}
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return {"kind": "integer", "text": str(value)}
    if isinstance(value, (int, float)):
        return {"kind": "number", "text": bits(float(value))}
    if isinstance(value, str):
        return {"kind": "text", "text": value}
    if isinstance(value, (bytes, bytearray)):
        return {"kind": "bytes", "text": " ".join(str(b) for b in value)}
    assert value is None, value
    return {"kind": "none"}


def write(name, kind, value, **options):
    torch.save(value, GOLDEN / f"{name}.pth", **options)
    files[f"{name}.pth"] = kind
    values[kind] = description(value)


def deflate(name, source):
    """The same archive with its entries deflated, which torch.save never writes and torch.load reads."""
    with zipfile.ZipFile(GOLDEN / f"{source}.pth") as old, zipfile.ZipFile(GOLDEN / f"{name}.pth", "w") as new:
        for entry in old.infolist():
            info = zipfile.ZipInfo(entry.filename)
            info.compress_type = zipfile.ZIP_DEFLATED
            with new.open(info, "w", force_zip64=True) as file:
                file.write(old.read(entry))
    files[f"{name}.pth"] = files[f"{source}.pth"]


if __name__ == "__main__":
    for stale in GOLDEN.glob("*.pth"):
        stale.unlink()
    legacy = {"_use_new_zipfile_serialization": False}
    tensors = {"types": every_type(), "views": views(), "adapter": adapter()}
    for name, value in tensors.items():
        write(name, name, value)
        write(f"{name}-legacy", name, value, **legacy)
    write("tensor", "tensor", normal(3), pickle_protocol=4)
    nested = checkpoint()
    for number in (2, 3, 4, 5):
        write(f"checkpoint-{number}", "checkpoint", nested, pickle_protocol=number)
    write("checkpoint-legacy", "checkpoint", nested, **legacy)
    write("checkpoint-legacy-4", "checkpoint", nested, pickle_protocol=4, **legacy)
    deflate("deflated", "checkpoint-4")
    (GOLDEN / "pytorch.json").write_text(json.dumps({"files": files, "values": values}, sort_keys=True, separators=(",", ":")) + "\n")
    (GOLDEN / "PROVENANCE-pytorch.txt").write_text(
        f"Written by Tests/Reference/pytorch_files.py with PyTorch {torch.__version__.split('+')[0]}, "
        f"NumPy {np.__version__}; seed 20240905\n")
