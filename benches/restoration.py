"""Restorations of gmmscope beside well-known methods, on the same measurements of the same 200 test images.

    cargo build --release
    python3 benches/restoration.py
    python3 benches/restoration.py --model model.npz --images 1000
    python3 benches/restoration.py --patches
    python3 benches/restoration.py --large

Needs numpy, Pillow and scikit-image. Denoising: scikit-image's non-local means and total variation (Chambolle), each with the
parameters of a grid that are best on these very images, which favours them. Super-resolution: bicubic interpolation, by Pillow
and by scikit-image, whichever is better on these images. Printed is the mean PSNR in dB of images clipped to [0, 1]. Without
--model three models are fitted: all default but `--shrinkage auto`, and 20 and 60 components to 18,000 images. Exit code 1 when
at some task no mixture is ahead by a decibel.

--patches: denoises by a mixture of patches too, 256 components in vectors of 66 values: 8 x 8 pixels, cut from training images at random,
and the row and column where they stand. Of a noisy image every patch is measured, its pixels with noise and its place without, and is restored
by its own posterior; a pixel is the mean of the 64 patches that hold it, weighted by 1 / (posterior variance + 1e-4).

--large: time and memory of whole restorations of one image of 100 x 100 pixels under a drawn low-rank model, K = 5, R = 20.
"""

import argparse
import gzip
import itertools
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image
from skimage.restoration import denoise_nl_means, denoise_tv_chambolle
from skimage.transform import resize

ROOT = pathlib.Path(__file__).resolve().parent.parent
FITS = {
    "K = 5, S = 2000": ["--shrinkage", "auto"],
    "K = 20, S = 18000": ["--shrinkage", "auto", "-k", "20", "--samples", "18000"],
    "K = 60, S = 18000": ["--shrinkage", "auto", "-k", "60", "--samples", "18000"],
}

PATCH = 8


def psnr(restored, truth):
    return np.mean([-10 * np.log10(np.mean((np.clip(r, 0, 1) - t) ** 2)) for r, t in zip(restored, truth)])


def best(name, methods, measured, truth):
    """The largest mean PSNR of methods (parameters, function), and its parameters."""
    found = max((psnr([method(y) for y in measured], truth), parameters) for parameters, method in methods)
    return f"{name} {found[1]}", found[0]


def non_local_means(noise):
    for patch, distance, h in itertools.product([3, 5, 7], [5, 9, 13], [0.6, 0.8, 1.0, 1.2]):
        def method(y, patch=patch, distance=distance, h=h):
            return denoise_nl_means(
                y, patch_size=patch, patch_distance=distance, h=h * noise, sigma=noise, fast_mode=False
            )
        yield f"(patch {patch}, distance {distance}, h {h} noise)", method


def total_variation(noise):
    for weight in [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.4]:
        def method(y, weight=weight):
            return denoise_tv_chambolle(y, weight=weight * noise, eps=1e-5, max_num_iter=500)
        yield f"(weight {weight} noise)", method


def bicubic(side):
    yield "(Pillow)", lambda y: np.asarray(Image.fromarray(y.astype(np.float32)).resize((side, side), Image.BICUBIC))
    yield "(scikit-image)", lambda y: resize(y, (side, side), order=3, mode="edge", anti_aliasing=False)


def with_places(images, count=None, rng=None):
    """Patches with their places, N x 66: `count` of them drawn at random, or all, image by image and row by row."""
    patches = sliding_window_view(images, (PATCH, PATCH), axis=(1, 2))
    starts = patches.shape[:3]
    if count is None:
        chosen, places = np.indices(starts).reshape(3, -1), 0.5
    else:
        # Anywhere within the pixel: a place takes no steps.
        chosen, places = [rng.integers(0, size, count) for size in starts], rng.random((count, 2))
    places = 3 * (np.stack(chosen[1:], axis=1) + places) / starts[1:]
    return np.hstack([patches[tuple(chosen)].reshape(len(places), -1), places])


def fit_patches(program, model):
    """A mixture of patches of the training images that the program holds."""
    with gzip.open(ROOT / "data/train-images-idx3-ubyte.gz") as file:
        images = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 28, 28)
    data = model.with_suffix(".npy")
    np.save(data, with_places(images / np.float32(255), 800_000, np.random.default_rng(0)).astype(np.float32))
    options = ["-k", "256", "--samples", "all", "--shrinkage", "30", "--tolerance", "0.02", "--max-iterations", "30"]
    command = [program, "fit", "--quiet", "--data", data, "--vectors", "--test-share", "0.01", *options, "--out", model]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def denoise_patches(program, model, noisy, noise):
    """Every patch by its posterior, and their weighted means."""
    folder = model.parent
    deviations = np.append(np.full(PATCH * PATCH, noise), [0, 0])
    np.savez(folder / "patches.npz", measurements=with_places(noisy), noise=deviations)
    words = ["--measurements", folder / "patches.npz", "--observe", "identity", "--out", folder / "patched.npz"]
    subprocess.run([program, "restore", "--model", model, *words], check=True, stdout=subprocess.DEVNULL)
    count, side = len(noisy), noisy.shape[1] - PATCH + 1
    with np.load(folder / "patched.npz") as arrays:
        restored, std = (
            arrays[name][:, : PATCH * PATCH].reshape(count, side, side, PATCH, PATCH) for name in ["restored", "std"]
        )
    weights = 1 / (std**2 + 1e-4)
    sums, total = np.zeros_like(noisy), np.zeros_like(noisy)
    for row, column in itertools.product(range(PATCH), repeat=2):
        place = np.s_[:, row : row + side, column : column + side]
        sums[place] += (weights * restored)[..., row, column]
        total[place] += weights[..., row, column]
    return sums / total


def large(program):
    """Restores one image drawn from a low-rank model of 100 x 100 pixels, by a process for each observation."""
    side, components, rank, rng = 100, 5, 20, np.random.default_rng(0)
    rows, columns = np.divmod(np.arange(side * side), side)

    def smooth(count):
        centres, widths = rng.uniform(0, side, (count, 6, 2)), rng.uniform(8, 25, (count, 6))
        heights = rng.normal(size=(count, 6))
        squares = (rows - centres[..., :1]) ** 2 + (columns - centres[..., 1:]) ** 2
        return np.sum(heights[..., None] * np.exp(-squares / (2 * widths[..., None] ** 2)), axis=1)

    means = 0.5 + 0.15 * smooth(components)
    factors = np.stack([0.08 * smooth(rank).T for _ in range(components)])
    noise = rng.uniform(5e-4, 3e-3, (components, side * side))
    image = means[0] + factors[0] @ rng.normal(size=rank) + np.sqrt(noise[0]) * rng.normal(size=side * side)
    with tempfile.TemporaryDirectory() as folder:
        model, images = pathlib.Path(folder) / "model.npz", pathlib.Path(folder) / "images.npz"
        np.savez(
            model, family="low-rank", shape=np.array([side, side]), weights=np.full(components, 1 / components),
            means=means, factors=factors, noise_variances=noise,
        )
        np.savez(images, images=np.clip(image, 0, 1).reshape(1, side, side))
        for observe, sigma in [
            ("identity", 0.1), ("mask:0.3", 0), ("reduce:2", 0), ("motion:9", 0.05), ("blur:1", 0.05), ("blur:2", 0.05),
            ("blur:1+mask:0.5", 0.05), ("sums", 0.5), ("project:500", 0.05),
        ]:
            words = ["--images", images, "--observe", observe, "--noise", str(sigma)]
            process = subprocess.Popen(
                [program, "restore", "--model", model, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            _, status, usage = os.wait4(process.pid, 0)
            assert status == 0, observe
            print(f"{observe}, noise {sigma}: {usage.ru_utime + usage.ru_stime:.2f} s, {usage.ru_maxrss / 1e3:.0f} MB")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "target/release/gmmscope", help="the binary")
    parser.add_argument("--model", type=pathlib.Path, action="append", help="npz, instead of the two fits")
    parser.add_argument("--images", type=int, default=200)
    parser.add_argument("--patches", action="store_true", help="denoise by a mixture of patches too")
    parser.add_argument("--large", action="store_true", help="time and memory at 10,000 pixels")
    chosen = parser.parse_args()
    if chosen.large:
        large(chosen.program.resolve())
        return 0
    ahead = True
    with tempfile.TemporaryDirectory() as folder:
        models = {path.name: path for path in chosen.model or []}
        if not models:
            for index, (name, options) in enumerate(FITS.items()):
                models[name] = pathlib.Path(folder) / f"model-{index}.npz"
                command = [chosen.program.resolve(), "fit", "--quiet", "--out", models[name], *options]
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

        def restore(model, words):
            out = pathlib.Path(folder) / "restored.npz"
            command = [chosen.program.resolve(), "restore", "--model", model, "--test-images", str(chosen.images)]
            subprocess.run([*command, *words, "--out", out], check=True, stdout=subprocess.DEVNULL)
            with np.load(out) as arrays:
                return {name: arrays[name] for name in ["images", "measurements", "restored", "psnr"]}

        patched = pathlib.Path(folder) / "patched-model.npz"
        if chosen.patches:
            fit_patches(chosen.program.resolve(), patched)

        tasks = [(f"identity, noise {noise}", ["--observe", "identity", "--noise", str(noise)], noise) for noise in [0.1, 0.2]]
        tasks += [(f"reduce:{factor}", ["--observe", f"reduce:{factor}"], None) for factor in [2, 4]]
        for title, words, noise in tasks:
            print(title)
            rows = []
            for name, model in models.items():
                arrays = restore(model, words)
                rows.append((f"mixture, {name}", arrays["psnr"].mean()))
                side = int(np.sqrt(arrays["images"].shape[1]))
                own = psnr(arrays["restored"], arrays["images"])
                assert abs(own - rows[-1][1]) < 1e-9, "gmmscope's PSNR is not numpy's"
            truth = arrays["images"].reshape(-1, side, side)
            measured = arrays["measurements"]
            measured = measured.reshape(len(measured), int(np.sqrt(measured.shape[1])), -1)
            if noise is None:
                others = [best("bicubic", bicubic(side), measured, truth)]
            else:
                if chosen.patches:
                    denoised = denoise_patches(chosen.program.resolve(), patched, measured, noise)
                    rows.append(("mixture of patches", psnr(denoised, truth)))
                others = [("nothing done", psnr(measured, truth))]
                others.append(best("non-local means", non_local_means(noise), measured, truth))
                others.append(best("total variation", total_variation(noise), measured, truth))
            for row in rows + others:
                print(f"  {row[1]:6.2f} dB  {row[0]}", flush=True)
            ahead &= max(row[1] for row in rows) >= max(row[1] for row in others) + 1
    return 0 if ahead else 1


if __name__ == "__main__":
    sys.exit(main())
