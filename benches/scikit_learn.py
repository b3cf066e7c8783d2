"""Runs gmmscope and scikit-learn's GaussianMixture on the same images from the same means, in turn, on this machine.

    cargo build --release
    python3 benches/scikit_learn.py                 the standard fit: S = 2000, K = 5, tolerance 1e-3
    python3 benches/scikit_learn.py --case large    S = 18000, K = 20, ridge 1e-3, four iterations

Needs numpy and scikit-learn 1.3 or later. Both start from the means of gmmscope's k-means, uniform weights and
identity covariances, and use all cores unless --threads says otherwise. The BLAS chooses its kernels itself, whatever the
environment says. Printed are the log-likelihoods with their relative
difference, the times, their ratio, and the peak memory of gmmscope's process beside the limit of 3 times the images
plus 2 times the covariances. Exit code 1 when the log-likelihoods differ by more than 1e-9 or the iterations by one.
"""

import argparse
import gzip
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
CASES = {
    "standard": dict(samples=2000, components=5, ridge=1e-6, tolerance=1e-3, iterations=100, runs=3),
    "large": dict(samples=18000, components=20, ridge=1e-3, tolerance=0.0, iterations=4, runs=1),
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", choices=CASES, default="standard")
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "target/release/gmmscope")
    parser.add_argument("--means-init", type=pathlib.Path, help="npz with `means` (K x 784) instead of k-means")
    parser.add_argument("--threads", type=int, help="of both programs")
    parser.add_argument("--skip-scikit-learn", action="store_true", help="time and memory of gmmscope alone")
    for name, kind in [("samples", int), ("components", int), ("ridge", float), ("tolerance", float)]:
        parser.add_argument(f"--{name}", type=kind)
    parser.add_argument("--iterations", type=int, help="at most so many")
    parser.add_argument("--runs", type=int, help="of each program, in turn; the fastest counts")
    chosen = parser.parse_args()
    for name, value in CASES[chosen.case].items():
        if getattr(chosen, name) is None:
            setattr(chosen, name, value)
    return chosen


chosen = arguments()
# Read by the BLAS when it is loaded, which else takes the best kernel that the processor has.
for name in ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"]:
    os.environ.pop(name, None)
if chosen.threads:
    for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]:
        os.environ[name] = str(chosen.threads)

import numpy as np  # noqa: E402
import sklearn  # noqa: E402
import threadpoolctl  # noqa: E402
from sklearn.mixture import GaussianMixture  # noqa: E402


def gmmscope(*options):
    """Runs `gmmscope fit`; its JSON, its wall-clock time and its peak memory in bytes."""
    command = [chosen.program, "fit", "--json", "--quiet", "--samples", chosen.samples, "--ridge", chosen.ridge]
    command += ["--tolerance", chosen.tolerance, "--threads", chosen.threads or 0, *options]
    began = time.perf_counter()
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE)
    # The process's own high-water mark: what the kernel reports after its end includes the parent's memory.
    peak, status = 0, pathlib.Path(f"/proc/{process.pid}/status")
    while process.poll() is None:
        try:
            lines = status.read_text().splitlines()
            peak = max([peak] + [int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")])
        except OSError:
            pass
        time.sleep(0.01)
    wall = time.perf_counter() - began
    output = process.stdout.read()
    if process.returncode != 0:
        sys.exit(f"{chosen.program} ended with code {process.returncode}")
    return json.loads(output), wall, peak


class Timed(GaussianMixture):
    """Notes how long each E-step and each M-step takes."""

    def _e_step(self, x, **more):
        began = time.perf_counter()
        result = super()._e_step(x, **more)
        self.__dict__.setdefault("e_times", []).append(time.perf_counter() - began)
        return result

    def _m_step(self, x, log_resp, **more):
        began = time.perf_counter()
        super()._m_step(x, log_resp, **more)
        self.__dict__.setdefault("m_times", []).append(time.perf_counter() - began)

    def seconds_per_iteration(self):
        # After the last iteration there is one more E-step, for the labels.
        count = self.n_iter_
        return (sum(self.e_times[:count]) + sum(self.m_times[:count])) / count


def scikit_learn(x, means):
    """Fits; the mixture and its time."""
    components, dim = means.shape
    mixture = Timed(
        n_components=components,
        covariance_type="full",
        tol=chosen.tolerance,
        reg_covar=chosen.ridge,
        max_iter=chosen.iterations,
        weights_init=np.full(components, 1 / components),
        means_init=means,
        precisions_init=np.broadcast_to(np.eye(dim), (components, dim, dim)),
    )
    began = time.perf_counter()
    mixture.fit(x)
    return mixture, time.perf_counter() - began


def blas():
    """Which BLAS numpy computes with, and with which kernels."""
    found = [library for library in threadpoolctl.threadpool_info() if library["user_api"] == "blas"]
    return ", ".join(f"{b['internal_api']} {b['version']} ({b.get('architecture', '?')})" for b in found)


def images(indices):
    """The program's own training images, as it scales them: S x 784."""
    with gzip.open(ROOT / "data/train-images-idx3-ubyte.gz") as file:
        pixels = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784)
    return pixels[indices] / 255.0


def main():
    import warnings

    from sklearn.exceptions import ConvergenceWarning

    warnings.simplefilter("ignore", ConvergenceWarning)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        start, model, given = folder / "start.npz", folder / "model.npz", folder / "means.npz"
        begin = ["--means-init", chosen.means_init] if chosen.means_init else ["-k", chosen.components]
        gmmscope(*begin, "--max-iterations", 0, "--out", start)
        with np.load(start) as file:
            means, indices = file["means"], file["sample_indices"]
        np.savez(given, means=means)
        x = images(indices)
        (samples, dim), components = x.shape, len(means)

        ours, theirs = [], []
        for _ in range(chosen.runs):
            ours.append(gmmscope("--means-init", given, "--max-iterations", chosen.iterations, "--out", model))
            if not chosen.skip_scikit_learn:
                theirs.append(scikit_learn(x, means))
        with np.load(model) as file:
            weights, fitted = file["weights"], file["means"]

    print(f"S = {samples}, D = {dim}, K = {components}, ridge {chosen.ridge:g}, tolerance {chosen.tolerance:g}")
    print(f"{os.cpu_count()} cores, {chosen.runs} runs of each, in turn; scikit-learn {sklearn.__version__}, {blas()}\n")
    report = ours[0][0]
    seconds = min(run["seconds"]["EM"] for run, _, _ in ours)
    each = min(run["seconds_per_iteration"] for run, _, _ in ours)
    print(f"{'':28}{'gmmscope':>16}{'scikit-learn':>16}")

    def row(name, found, expected=None, form="16.3f"):
        print(f"{name:28}{found:{form}}" + ("" if expected is None else f"{expected:{form}}"))

    good = True
    if theirs:
        mixture = theirs[0][0]
        score = mixture.score(x)
        relative = abs(-report["final_nll"] / score - 1)
        good = relative <= 1e-9 and report["iterations"] == mixture.n_iter_
        row("iterations", report["iterations"], mixture.n_iter_, "16d")
        row("log-likelihood per image", -report["final_nll"], score, "16.6f")
        print(f"{'  relative difference':28}{relative:16.1e}")
        order = np.argsort(-mixture.weights_, kind="stable")
        print(f"{'  largest of the weights':28}{np.abs(weights - mixture.weights_[order]).max():16.1e}")
        print(f"{'  largest of the means':28}{np.abs(fitted - mixture.means_[order]).max():16.1e}")
        whole = min(time for _, time in theirs)
        step = min(mixture.seconds_per_iteration() for mixture, _ in theirs)
        row("EM, seconds", seconds, whole)
        row("an iteration, seconds", each, step)
        print(f"\ngmmscope is {whole / seconds:.1f} times faster in all, {step / each:.1f} times an iteration")
    else:
        row("iterations", report["iterations"], form="16d")
        row("EM, seconds", seconds)
        row("an iteration, seconds", each)
        print()
    wall, peak = min(wall for _, wall, _ in ours), max(peak for _, _, peak in ours)
    covariances = components * dim * dim * 8
    limit = 3 * x.nbytes + 2 * covariances
    print(f"gmmscope's process: {wall:.2f} s in all, at most {peak / 1e6:.0f} MB")
    print(f"  3 x images ({x.nbytes / 1e6:.0f} MB) + 2 x covariances ({covariances / 1e6:.0f} MB) = {limit / 1e6:.0f} MB")
    if not good:
        sys.exit("the fits differ")


main()
