"""Pictures of every kind and what Pillow makes of them: python Tests/Reference/pictures.py

Writes Tests/PicturesTests/Golden: inputs (.png, .jpg), the expected RGB beside each (.ppm, by
`Image.open(input).convert("RGB")`), resized pictures, and two tables of torchvision's geometry.
Random numbers: numpy's default generator, seed 20240611.
"""
import io
import pathlib
import struct
import zlib

import numpy as np
import PIL
import torchvision
from PIL import Image, features
from torchvision.transforms import functional

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "PicturesTests" / "Golden"
random = np.random.default_rng(20240611)
WIDTH, HEIGHT = 21, 13


def scene(width, height, channels, top=255):
    """Smooth waves with some noise: something that a JPEG can hold and a resampler can get wrong."""
    y, x = np.mgrid[0:height, 0:width]
    planes = [
        0.5 + 0.35 * np.sin(x / (2.0 + c) + c) * np.cos(y / (3.0 - 0.5 * c)) + 0.1 * random.standard_normal(x.shape)
        for c in range(channels)
    ]
    return np.clip(np.stack(planes, -1) * (top + 1), 0, top).astype(np.int64)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(samples, depth, color, extra=b"", interlaced=False):
    """A PNG of samples [H, W, C] of any depth; every row takes another filter (none or up)."""

    def rows(part):
        result, above = b"", None
        for number, line in enumerate(part):
            if depth == 16:
                packed = line.astype(">u2").tobytes()
            elif depth == 8:
                packed = line.astype("u1").tobytes()
            else:
                bits = "".join(format(value, f"0{depth}b") for value in line.ravel())
                bits += "0" * (-len(bits) % 8)
                packed = bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))
            if number % 2 and above is not None:
                result += b"\2" + bytes((a - b) % 256 for a, b in zip(packed, above))
            else:
                result += b"\0" + packed
            above = packed
        return result

    height, width = samples.shape[:2]
    if interlaced:
        passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
        parts = [samples[y::dy, x::dx] for x, y, dx, dy in passes]
        data = b"".join(rows(part) for part in parts if part.size)
    else:
        data = rows(samples)
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, int(interlaced))
    packed = zlib.compress(data, 9)
    half = len(packed) // 2
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", packed[:half])
        + chunk(b"IDAT", packed[half:]) + chunk(b"IEND", b"")
    )


def write(name, data):
    (GOLDEN / name).write_bytes(data)
    image = Image.open(io.BytesIO(data))
    image.convert("RGB").save(GOLDEN / (name + ".ppm"))


def pngs():
    palette = chunk(b"PLTE", random.integers(0, 256, 16 * 3, dtype=np.uint8).tobytes())
    short = chunk(b"PLTE", random.integers(0, 256, 5 * 3, dtype=np.uint8).tobytes())
    alphas = chunk(b"tRNS", bytes([0, 128, 255, 7]))
    gamma = chunk(b"gAMA", struct.pack(">I", 100000))
    kinds = {"gray": (0, 1), "rgb": (2, 3), "gray-alpha": (4, 2), "rgba": (6, 4)}
    for kind, (color, channels) in kinds.items():
        for depth in (1, 2, 4, 8, 16) if kind == "gray" else (8, 16):
            top = 2**depth - 1
            samples = scene(WIDTH, HEIGHT, channels, top)
            if kind == "gray" and depth == 16:
                samples //= 150  # around the cut at 255
            write(f"{kind}-{depth}.png", png(samples, depth, color, gamma))
            if depth in (1, 16) or kind == "rgb":
                write(f"{kind}-{depth}-interlaced.png", png(samples, depth, color, interlaced=True))
    for depth in (1, 2, 4, 8):
        samples = scene(WIDTH, HEIGHT, 1, min(15, 2**depth - 1))
        write(f"palette-{depth}.png", png(samples, depth, 3, palette if depth >= 4 else short))
    write("palette-8-transparent.png", png(scene(WIDTH, HEIGHT, 1, 15), 8, 3, palette + alphas))
    write("palette-8-beyond.png", png(scene(WIDTH, HEIGHT, 1, 15), 8, 3, short))
    write("palette-4-interlaced.png", png(scene(WIDTH, HEIGHT, 1, 15), 4, 3, palette + alphas, interlaced=True))
    write("gray-8-transparent.png", png(scene(WIDTH, HEIGHT, 1), 8, 0, chunk(b"tRNS", b"\0\x80")))
    write("rgb-8-transparent.png", png(scene(WIDTH, HEIGHT, 3), 8, 2, chunk(b"tRNS", b"\0\x80\0\x80\0\x80")))
    write("pixel.png", png(scene(1, 1, 3), 8, 2))


def saved(mode, **options):
    channels = {"L": 1, "RGB": 3, "CMYK": 4}[mode]
    samples = scene(WIDTH, HEIGHT, channels).astype(np.uint8)
    image = Image.frombytes(mode, (WIDTH, HEIGHT), samples.tobytes())
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", **options)
    return buffer.getvalue()


def jpegs():
    exif = Image.Exif()
    exif[0x0112] = 6  # rotate by a quarter: to be ignored
    write("baseline-420.jpg", saved("RGB", quality=90))
    write("baseline-422.jpg", saved("RGB", quality=80, subsampling=1))
    write("baseline-444.jpg", saved("RGB", quality=100, subsampling=0))
    write("baseline-coarse.jpg", saved("RGB", quality=5))
    write("restarts.jpg", saved("RGB", quality=75, restart_marker_blocks=1))
    write("progressive.jpg", saved("RGB", quality=85, progressive=True))
    write("progressive-gray.jpg", saved("L", quality=85, progressive=True))
    write("gray.jpg", saved("L", quality=85, optimize=True))
    write("oriented.jpg", saved("RGB", quality=85, exif=exif))
    write("rgb.jpg", saved("RGB", quality=85, keep_rgb=True))
    inks = saved("CMYK", quality=90)
    write("cmyk.jpg", inks)
    write("cmyk-progressive.jpg", saved("CMYK", quality=90, progressive=True))
    place = inks.index(b"\xff\xee")
    length = struct.unpack(">H", inks[place + 2 : place + 4])[0]
    write("cmyk-unmarked.jpg", inks[:place] + inks[place + 2 + length :])
    write("ycck.jpg", inks[: place + 15] + b"\2" + inks[place + 16 :])


def resampling():
    source = Image.fromarray(scene(53, 41, 3).astype(np.uint8))
    # Full contrast, so that the lobes of the cubic overshoot.
    extremes = Image.fromarray((random.integers(0, 2, (41, 53, 3)) * 255).astype(np.uint8))
    filters = {"box": Image.BOX, "bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}
    for name, image in (("waves", source), ("extremes", extremes)):
        image.save(GOLDEN / f"resample-{name}.ppm")
        image.convert("L").save(GOLDEN / f"luma-{name}.pgm")
        for label, kernel in filters.items():
            for size in ((19, 23), (64, 47), (53, 7), (9, 41), (80, 5), (48, 9), (1, 1)):
                if name == "waves" or size[0] < 60:
                    path = GOLDEN / f"resample-{name}-{label}-{size[0]}x{size[1]}.ppm"
                    image.resize(size, kernel).save(path)


def encoding():
    image = Image.fromarray(scene(37, 29, 3).astype(np.uint8))
    image.save(GOLDEN / "encode.ppm")
    for quality in (10, 75, 97):
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=quality)
        Image.open(buffer).convert("RGB").save(GOLDEN / f"encode-{quality}.ppm")


def geometry():
    lines = []
    for _ in range(60):
        width, height, side = (int(v) for v in random.integers(1, 700, 3))
        new_height, new_width = functional._compute_resized_output_size((height, width), [side])
        lines.append(f"{width} {height} {side} {new_width} {new_height}")
    (GOLDEN / "shorter-side.txt").write_text("\n".join(lines) + "\n")

    lines = []
    for _ in range(60):
        width, height, crop_width, crop_height = (int(v) for v in random.integers(1, 9, 4))
        y, x = np.mgrid[0:height, 0:width]
        pixels = np.stack([x + 1, y + 1, 0 * x + 1], -1).astype(np.uint8)
        crop = functional.center_crop(Image.fromarray(pixels), [crop_height, crop_width])
        lines.append(f"{width} {height} {crop_width} {crop_height} {crop.tobytes().hex()}")
    (GOLDEN / "center-crop.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for stale in GOLDEN.iterdir():
        stale.unlink()
    pngs()
    jpegs()
    resampling()
    encoding()
    geometry()
    versions = (
        f"Pillow {PIL.__version__}, libjpeg-turbo {features.version('libjpeg_turbo')}, "
        f"zlib {features.version('zlib')}, "
        f"numpy {np.__version__}, torchvision {torchvision.__version__.split('+')[0]}; seed 20240611\n"
    )
    (GOLDEN / "PROVENANCE.txt").write_text("Written by Tests/Reference/pictures.py with " + versions)
