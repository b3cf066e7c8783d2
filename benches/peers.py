"""Runs gmmscope and the programs that people would pick instead on the same data from the same start, in turn.

    cargo build --release
    python3 benches/peers.py                     the cases of CASES, gmmscope and scikit-learn
    python3 benches/peers.py --case 100000x32 --peers scikit-learn,scikit-learn-32,daal4py,opencv,gmmx,tgmm

Data: K overlapping normal components, whose covariances are nearly one another's, so that most images have a part in many
components; or Fashion-MNIST (labels 0, 1, 8), the first S images. Start: the first K images as means, uniform weights, identity covariances; ridge
1e-6, no tolerance. Each program runs in a process of its own, on all cores; its time is that of EM alone, without reading the data, and of
gmmscope the time that it reports for EM. The fastest of --runs counts. Log-likelihoods are compared with scikit-learn's: daal4py and OpenCV add no
ridge, and gmmx computes in single precision.

Needs numpy and scikit-learn; daal4py, opencv-python-headless (4), gmmx (with jax) and tgmm (with torch) where they are asked for.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
# S, D, K, iterations.
CASES = {
    "2000x784": (2_000, 784, 5, 20),
    "18000x784": (18_000, 784, 20, 4),
    "100000x32": (100_000, 32, 16, 20),
    "100000x64": (100_000, 64, 64, 5),
    "20000x256": (20_000, 256, 20, 5),
}
PEERS = ["scikit-learn", "scikit-learn-32", "daal4py", "opencv", "gmmx", "tgmm"]


def overlapping(samples, dim, components, dtype=np.float64):
    """Points around 0.5, a standard deviation of about 0.06 in each direction."""
    rng = np.random.default_rng(0)
    centres = 0.5 + 0.06 * 1.5 / np.sqrt(dim) * rng.normal(size=(components, dim))
    shared = rng.normal(size=(dim, dim)) / np.sqrt(dim)
    own = rng.normal(size=(components, dim, dim)) / np.sqrt(dim)
    out = np.empty((samples, dim), dtype)
    chosen = rng.integers(components, size=samples)
    for k in range(components):
        members = np.flatnonzero(chosen == k)
        normal = rng.normal(size=(len(members), dim))
        noise = 0.02 * rng.normal(size=normal.shape)
        out[members] = np.clip(centres[k] + 0.06 * normal @ (shared + 0.2 * own[k]) + noise, 0, 1)
    return out


def fashion_mnist(samples, folder):
    import gzip

    folder = pathlib.Path(folder)
    with gzip.open(folder / "train-images-idx3-ubyte.gz") as file:
        images = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784)
    with gzip.open(folder / "train-labels-idx1-ubyte.gz") as file:
        labels = np.frombuffer(file.read(), np.uint8, offset=8)
    return images[np.isin(labels, [0, 1, 8])][:samples] / 255.0


def scikit_learn(x, means, iterations, dtype=np.float64):
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture

    warnings.simplefilter("ignore", ConvergenceWarning)
    components, dim = means.shape
    x, means = x.astype(dtype), means.astype(dtype)
    model = GaussianMixture(
        components,
        tol=0,
        max_iter=iterations,
        reg_covar=1e-6,
        weights_init=np.full(components, 1 / components, dtype),
        means_init=means,
        precisions_init=np.tile(np.eye(dim, dtype=dtype), (components, 1, 1)),
    )
    began = time.perf_counter()
    model.fit(x)
    return time.perf_counter() - began, model.weights_, model.means_, model.covariances_


def daal4py(x, means, iterations):
    import daal4py as d4p

    components, dim = means.shape
    algorithm = d4p.em_gmm(
        nComponents=components, maxIterations=iterations, accuracyThreshold=0.0, covarianceStorage="full"
    )
    weights = np.full((1, components), 1 / components)
    began = time.perf_counter()
    result = algorithm.compute(x, weights, means, [np.eye(dim) for _ in range(components)])
    seconds = time.perf_counter() - began
    return seconds, result.weights.ravel(), result.means, np.array(result.covariances)


def opencv(x, means, iterations):
    """From the first E-step's responsibilities, which OpenCV takes in place of covariances; their time is not counted."""
    import cv2

    components, dim = means.shape
    joint = x @ means.T - 0.5 * (means * means).sum(1)
    responsibilities = np.exp(joint - joint.max(1, keepdims=True))
    responsibilities /= responsibilities.sum(1, keepdims=True)
    model = cv2.ml.EM_create()
    model.setClustersNumber(components)
    model.setCovarianceMatrixType(cv2.ml.EM_COV_MAT_GENERIC)
    model.setTermCriteria((cv2.TERM_CRITERIA_COUNT, iterations, 0))
    began = time.perf_counter()
    model.trainM(x, responsibilities)
    seconds = time.perf_counter() - began
    return seconds, model.getWeights().ravel(), model.getMeans(), np.array(model.getCovs())


def gmmx(x, means, iterations):
    """In single precision, the only one that it takes."""
    import jax
    from gmmx import EMFitter, GaussianMixtureModelJax

    components, dim = means.shape
    x, means = x.astype(np.float32), means.astype(np.float32)
    covariances = np.tile(np.eye(dim, dtype=np.float32), (components, 1, 1))
    start = GaussianMixtureModelJax.from_squeezed(means, covariances, np.full(components, 1 / components, np.float32))
    fitter = EMFitter(max_iter=iterations, tol=-1.0, reg_covar=1e-6)
    x = jax.numpy.asarray(x)
    # The first call compiles.
    fitter.fit(x, start)
    began = time.perf_counter()
    model = jax.block_until_ready(fitter.fit(x, start)).gmm
    seconds = time.perf_counter() - began
    squeezed = np.asarray(model.covariances.values).reshape(components, dim, dim)
    return seconds, np.asarray(model.weights).ravel(), np.asarray(model.means).reshape(components, dim), squeezed


def tgmm(x, means, iterations):
    import torch
    from tgmm import GaussianMixture

    torch.set_default_dtype(torch.float64)
    components, dim = means.shape
    model = GaussianMixture(
        n_components=components,
        n_features=dim,
        max_iter=iterations,
        tol=1e-300,
        reg_covar=1e-6,
        init_means=torch.tensor(means),
        init_weights=torch.full((components,), 1 / components),
        init_covariances=torch.eye(dim).repeat(components, 1, 1),
        device="cpu",
    )
    x = torch.tensor(x)
    began = time.perf_counter()
    model.fit(x)
    seconds = time.perf_counter() - began
    take = lambda tensor: tensor.detach().numpy()
    return seconds, take(model.weights_), take(model.means_), take(model.covariances_)


def log_likelihood(x, weights, means, covariances):
    """The mean over the points, in double precision."""
    from scipy.linalg import cholesky, solve_triangular
    from scipy.special import logsumexp

    total, dim = 0.0, x.shape[1]
    factors = [cholesky(np.asarray(covariance, float), lower=True) for covariance in covariances]
    for part in np.array_split(x, max(1, len(x) // 20_000)):
        joint = []
        for weight, mean, factor in zip(weights, means, factors):
            z = solve_triangular(factor, (part - mean).T, lower=True, check_finite=False)
            norm = np.log(weight) - 0.5 * dim * np.log(2 * np.pi) - np.log(np.diag(factor)).sum()
            joint.append(norm - 0.5 * (z * z).sum(0))
        total += logsumexp(joint, axis=0).sum()
    return total / len(x)


def run_peer(name, path, iterations):
    """In a process of its own; prints its time, and its log-likelihood."""
    with np.load(path) as data:
        x, means = data["x"], data["means"]
    if name == "scikit-learn-32":
        seconds, *model = scikit_learn(x, means, iterations, np.float32)
    else:
        seconds, *model = {f.__name__.replace("_", "-"): f for f in [scikit_learn, daal4py, opencv, gmmx, tgmm]}[name](
            x, means, iterations
        )
    print(json.dumps({"seconds": seconds, "log_likelihood": log_likelihood(x, *model)}))


def gmmscope(program, folder, components, iterations, shape):
    command = [program, "fit", "--data", f"{folder}/x.npy", "--samples", "all", "--test-share", "0", "--held-out", "0"]
    command += ["-k", components, "--means-init", f"{folder}/means.npz", "--max-iterations", iterations]
    command += ["--tolerance", "0", "--json", "--quiet"] + (["--shape", shape] if shape else [])
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(result.stderr)
    report = json.loads(result.stdout)
    return {"seconds": report["seconds"]["EM"], "log_likelihood": -report["final_nll"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", choices=CASES, action="append", help="one or more; all of them without")
    parser.add_argument("--peers", default="scikit-learn", help=f"of {', '.join(PEERS)}")
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "target/release/gmmscope")
    parser.add_argument("--data", default="/usr/share/datasets/fashion-mnist", help="the four files of Fashion-MNIST")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--run-peer", nargs=3, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.run_peer:
        name, path, iterations = chosen.run_peer
        return run_peer(name, path, int(iterations))
    print(f"{'case':>10} {'K':>3} {'iterations':>10}  {'program':<16} {'seconds':>8} {'ratio':>6}  log-likelihood (difference)")
    for case in chosen.case or CASES:
        samples, dim, components, iterations = CASES[case]
        x = fashion_mnist(samples, chosen.data) if dim == 784 else overlapping(samples, dim, components)
        with tempfile.TemporaryDirectory() as folder:
            np.save(f"{folder}/x.npy", x)
            np.savez(f"{folder}/means.npz", means=x[:components])
            np.savez(f"{folder}/peer.npz", x=x, means=x[:components])
            names = ["gmmscope"] + [name for name in chosen.peers.split(",") if name]
            found = {name: [] for name in names}
            failed = set()
            for _ in range(chosen.runs):
                for name in [name for name in names if name not in failed]:
                    if name == "gmmscope":
                        shape = None if dim == 784 else f"1x{dim}"
                        found[name].append(gmmscope(chosen.program, folder, components, iterations, shape))
                        continue
                    command = [sys.executable, __file__, "--run-peer", name, f"{folder}/peer.npz", str(iterations)]
                    result = subprocess.run(command, capture_output=True, text=True)
                    if result.returncode != 0:
                        fault = result.stderr.strip().splitlines()[-1:]
                        print(f"{case:>10} {components:>3} {iterations:>10}  {name:<16} failed: {' '.join(fault)}", flush=True)
                        failed.add(name)
                        continue
                    found[name].append(json.loads(result.stdout.splitlines()[-1]))
            own = min(run["seconds"] for run in found["gmmscope"])
            reference = (found.get("scikit-learn") or found["gmmscope"])[0]["log_likelihood"]
            for name, runs in found.items():
                if not runs:
                    continue
                best = min(run["seconds"] for run in runs)
                likelihood = runs[0]["log_likelihood"]
                apart = abs(likelihood - reference) / abs(reference)
                line = f"{case:>10} {components:>3} {iterations:>10}  {name:<16} {best:8.3f} {best / own:6.1f}"
                print(f"{line}  {likelihood:.9f} ({apart:.1e})", flush=True)


main()
