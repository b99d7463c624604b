"""MATLAB 5, IDX and gzip files, and their values: python Tests/Reference/matlab.py

Writes into Tests/FileFormatsTests/Golden: plain.mat and compressed.mat (scipy.io.savemat, the same variables),
bytes.idx.gz, two-members.gz, and matlab.json, which has what the files hold. Numbers are given as text: integers in
decimal, floating-point numbers by their bit pattern.
"""
import gzip
import json
import pathlib

import numpy as np
import scipy
import scipy.io

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "FileFormatsTests" / "Golden"
random = np.random.default_rng(20240813)


def integers(kind):
    limits = np.iinfo(kind)
    array = random.integers(limits.min, limits.max, (2, 3), dtype=kind, endpoint=True)
    array.ravel()[:2] = [limits.min, limits.max]
    return array


def annotations():
    """As cars_annos.mat: a row of structs."""
    array = np.zeros((1, 3), dtype=[("relative_im_path", object), ("bbox_x1", object), ("class", object)])
    for i in range(3):
        array[0, i] = (f"car_ims/{i + 1:06d}.jpg", np.uint8(30 + i), np.float64(7 * i + 1))
    return array


def variables():
    cells = np.empty((2, 2), dtype=object)
    cells[0, 0], cells[1, 0], cells[0, 1], cells[1, 1] = np.arange(3.0), "two", np.zeros((0, 0)), True
    return {
        "double": random.standard_normal((2, 3)),
        "special": np.array([[np.inf, -np.inf, np.nan, -0.0]]),
        "single": random.standard_normal((3, 1)).astype(np.float32),
        **{kind: integers(kind) for kind in (
            "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64")},
        "complex": random.standard_normal((2, 2)) + 1j * random.standard_normal((2, 2)),
        "cube": np.arange(24, dtype=np.int16).reshape(2, 3, 4),
        "truth": np.array([[True, False], [False, False]]),
        "word": "caf\u00e9 \u00fc",
        "rows": np.array(["north", "south"]),
        "nothing": np.zeros((0, 3)),
        "cells": cells,
        "annotations": annotations(),
        "nested": {"a": {"b": {"c": 5.0}}, "text": "deep"},
    }


def bits(array):
    flat = np.asarray(array).ravel(order="F")
    if flat.dtype.kind == "f":
        flat = flat.view(f"u{flat.dtype.itemsize}")
    return [str(int(v)) for v in flat]


def description(value):
    if isinstance(value, dict):
        return {"class": "struct", "extents": [1, 1], "fields": list(value),
                "items": [description(v) for v in value.values()]}
    if isinstance(value, str):
        return {"class": "char", "extents": [1, len(value)], "rows": [value]}
    array = np.atleast_2d(value)
    extents = list(array.shape)
    if array.dtype.names:
        return {"class": "struct", "extents": extents, "fields": list(array.dtype.names),
                "items": [description(v) for element in array.ravel(order="F") for v in element]}
    if array.dtype.kind == "O":
        return {"class": "cell", "extents": extents, "items": [description(v) for v in array.ravel(order="F")]}
    if array.dtype.kind == "U":
        rows = [str(v) for v in array.ravel()]
        return {"class": "char", "extents": [len(rows), len(rows[0])], "rows": rows}
    if array.dtype.kind == "b":
        return {"class": "logical", "extents": extents, "values": bits(array.astype(np.uint8))}
    if array.dtype.kind == "c":
        return {"class": "double", "extents": extents, "values": bits(array.real), "imaginary": bits(array.imag)}
    name = {"float64": "double", "float32": "single"}.get(array.dtype.name, array.dtype.name)
    return {"class": name, "extents": extents, "values": bits(array)}


if __name__ == "__main__":
    values = variables()
    for name, compressed in (("plain.mat", False), ("compressed.mat", True)):
        scipy.io.savemat(GOLDEN / name, values, do_compression=compressed, oned_as="row")
    pictures = random.integers(0, 256, (5, 4, 3), dtype=np.uint8)
    header = bytes([0, 0, 8, 3]) + np.array(pictures.shape, dtype=">u4").tobytes()
    (GOLDEN / "bytes.idx.gz").write_bytes(gzip.compress(header + pictures.tobytes(), mtime=0))
    (GOLDEN / "two-members.gz").write_bytes(gzip.compress(b"one, " * 50, mtime=0) + gzip.compress(b"two", mtime=0))
    expected = {
        "variables": {name: description(value) for name, value in values.items()},
        "idx": {"extents": list(pictures.shape), "bytes": [int(b) for b in pictures.ravel()]},
    }
    (GOLDEN / "matlab.json").write_text(json.dumps(expected, indent=0, sort_keys=True) + "\n")
    (GOLDEN / "PROVENANCE-matlab.txt").write_text(
        f"Written by Tests/Reference/matlab.py with numpy {np.__version__}, scipy {scipy.__version__}; seed 20240813\n")
