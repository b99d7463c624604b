"""Files of numbers in every supported form, and their values: python Tests/Reference/formats.py

Writes Tests/FileFormatsTests/Golden: inputs (.npy, .safetensors) and `values.json`, which has for every array its
shape and the bit patterns of its values as 32-bit floats in C order. Random numbers: numpy's default generator, seed
20240612.
"""
import json
import pathlib

import numpy as np
import safetensors
import safetensors.torch
import torch

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "FileFormatsTests" / "Golden"
random = np.random.default_rng(20240612)
values = {}


def record(name, array):
    array = np.asarray(array)
    with np.errstate(over="ignore"):
        bits = array.astype("<f4").ravel(order="C").view("<u4")
    values[name] = {"shape": list(array.shape), "bits": [int(b) for b in bits]}


def sample(code, shape):
    dtype = np.dtype(code)
    if dtype.kind == "b":
        return random.integers(0, 2, shape).astype(dtype)
    if dtype.kind == "f":
        array = random.standard_normal(shape) * 10.0 ** random.integers(-9, 5, shape)
        array.ravel()[:4] = [np.inf, -np.inf, -0.0, 65504][: array.size]
        with np.errstate(over="ignore"):
            return array.astype(dtype)
    limits = np.iinfo(dtype)
    array = random.integers(limits.min, limits.max, shape, dtype=dtype.newbyteorder("="), endpoint=True)
    array.ravel()[:2] = [limits.min, limits.max][: array.size]
    return array.astype(dtype)


def write(name, array, version=None):
    with open(GOLDEN / name, "wb") as file:
        np.lib.format.write_array(file, array, version=version, allow_pickle=False)
    record(name, array)


def npys():
    for kind in ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"):
        for order in "<>" if kind[1] != "1" else "|":
            write(f"{kind}-{'big' if order == '>' else 'little'}.npy", sample(order + kind, (2, 3, 4)))
    write("fortran.npy", np.asfortranarray(sample("<f4", (3, 4, 5))))
    write("fortran-big.npy", np.asfortranarray(sample(">f8", (2, 3, 2, 2))))
    write("vector.npy", sample("<f4", (7,)))
    write("scalar.npy", np.array(1.5, dtype="<f4"))
    write("empty.npy", np.zeros((3, 0, 2), dtype="<f4"))
    write("version-2.npy", sample("<f4", (2, 2)), version=(2, 0))
    write("version-3.npy", sample("<f4", (2, 2)), version=(3, 0))


def safetensor_files():
    tensors = {
        "floats": torch.from_numpy(sample("<f4", (2, 3))),
        "halves": torch.from_numpy(sample("<f2", (3, 2))),
        "brains": torch.from_numpy(sample("<f4", (5,))).to(torch.bfloat16),
        "doubles": torch.from_numpy(sample("<f8", (4,))),
        "longs": torch.from_numpy(sample("<i8", (3,))),
        "ints": torch.from_numpy(sample("<i4", (3,))),
        "shorts": torch.from_numpy(sample("<i2", (3,))),
        "bytes": torch.from_numpy(sample("|i1", (3,))),
        "octets": torch.from_numpy(sample("|u1", (3,))),
        "truths": torch.tensor([True, False, True]),
        "scalar": torch.tensor(2.5),
        "nothing": torch.zeros(0, 4),
    }
    safetensors.torch.save_file(tensors, GOLDEN / "mixed.safetensors", metadata={"format": "pt"})
    for name, tensor in tensors.items():
        record(f"mixed.safetensors/{name}", tensor.float().numpy() if name == "brains" else tensor.numpy())
    # What we write as well, byte for byte. (One text: the order of several is not defined there.)
    floats = {
        "layer.weight": torch.from_numpy(sample("<f4", (2, 3))),
        "layer.bias": torch.from_numpy(sample("<f4", (2,))),
        "\u00e4 \"quoted\"\n": torch.from_numpy(sample("<f4", (1,))),
    }
    safetensors.torch.save_file(floats, GOLDEN / "floats.safetensors", metadata={"title": "a\tb \"c\" \u00e9"})
    for name, tensor in floats.items():
        record(f"floats.safetensors/{name}", tensor.numpy())


if __name__ == "__main__":
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for stale in GOLDEN.iterdir():
        if stale.suffix in (".npy", ".safetensors"):
            stale.unlink()
    npys()
    safetensor_files()
    (GOLDEN / "values.json").write_text(json.dumps(values, indent=0, sort_keys=True) + "\n")
    (GOLDEN / "PROVENANCE.txt").write_text(
        f"Written by Tests/Reference/formats.py with numpy {np.__version__}, safetensors {safetensors.__version__}, "
        f"PyTorch {torch.__version__.split('+')[0]}; seed 20240612\n"
    )
