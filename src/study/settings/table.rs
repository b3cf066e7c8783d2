//! The table of settings: one entry each.

use super::Setting;
use super::setting::{Field, any, field, labels, samples, within};
use super::shrinkage::not_negative;
use super::value::Typed;
use crate::study::stage::Stage;

const AT_LEAST_ONE: &str = "choose at least 1";
const NOT_NEGATIVE: &str = "choose a finite number, 0 or larger";

/// What the entries leave out.
const PLAIN: Setting = Setting {
    key: "",
    short: None,
    placeholder: "N",
    label: "",
    help: "",
    details: "",
    brief: "",
    unset: "",
    affects: &[],
    field: field!(threads, any),
};

/// Every setting, in the order in which they are listed.
pub static SETTINGS: &[Setting] = &[
    Setting {
        key: "components",
        short: Some('k'),
        placeholder: "K",
        label: "components K",
        help: "K, the number of components, 1 to S",
        brief: "Gaussians of the mixture",
        affects: &[Stage::KMeans, Stage::Em],
        field: field!(kmeans.components, |k| within(k, 1.., AT_LEAST_ONE)),
        ..PLAIN
    },
    Setting {
        key: "samples",
        placeholder: "S",
        label: "samples S",
        help: "S, training images drawn at random from those of the labels: a number, or all",
        brief: "training images, drawn at random; or all",
        affects: &[Stage::Data, Stage::KMeans],
        unset: "2000, or as many as there are",
        field: field!(samples, samples),
        ..PLAIN
    },
    Setting {
        key: "labels",
        placeholder: "LABELS",
        label: "labels",
        help: "Labels whose images are taken, by number or name, or all",
        details: "Fashion-MNIST: 0 T-shirt/top, 1 Trouser, 2 Pullover, 3 Dress, 4 Coat, 5 Sandal, 6 Shirt, 7 Sneaker, 8 Bag, 9 Ankle \
                  boot. The images of 0, 1 and 8 are inside the program; the others need the full data set (`data`).",
        brief: "by number or name, or all",
        unset: "0,1,8 of Fashion-MNIST; of other data, all",
        affects: &[Stage::Data, Stage::KMeans],
        field: field!(labels, labels),
        ..PLAIN
    },
    Setting {
        key: "seed",
        placeholder: "SEED",
        label: "seed",
        help: "Seed of every random choice; equal seeds give equal results",
        brief: "seed of every random choice",
        affects: &[Stage::Transform, Stage::Data, Stage::KMeans, Stage::Samples, Stage::Inpaint],
        field: field!(seed, any),
        ..PLAIN
    },
    Setting {
        key: "data",
        placeholder: "DIR",
        label: "data",
        help: "Images: a folder of IDX files or of PNG and JPEG files, or an npz or npy file",
        details: "A folder of IDX files (MNIST, Fashion-MNIST, EMNIST), gzipped or plain, or one such file; an npz file with x_train, \
                  y_train, x_test and y_test, or images and labels, or data and target; an npy file, N x rows x columns; a folder of PNG \
                  or JPEG files, or of folders of them, one a label.",
        brief: "folder of IDX, PNG, JPEG; npz or npy file",
        unset: "$GMMSCOPE_DATA, else the images inside the program",
        affects: &[Stage::Data, Stage::KMeans],
        field: field!(data, any),
        ..PLAIN
    },
    Setting {
        key: "shape",
        placeholder: "RxC",
        label: "shape",
        help: "Rows and columns of the images in an array of N x D values, such as 8x8",
        brief: "of images that come as rows of values",
        unset: "square where D is a square, else 1xD",
        affects: &[Stage::Data, Stage::KMeans],
        field: field!(shape, any),
        ..PLAIN
    },
    Setting {
        key: "resize",
        placeholder: "RxC",
        label: "resize",
        help: "Rows and columns that every image is brought to, such as 32x32",
        brief: "size that every image is brought to",
        unset: "the images' own size",
        affects: &[Stage::Data, Stage::KMeans],
        field: field!(resize, any),
        ..PLAIN
    },
    Setting {
        key: "vectors",
        placeholder: "BOOL",
        label: "vectors",
        help: "Take the data as rows of numbers of any range, which are no pictures",
        details: "An npy or npz file of N x D values: nothing is clipped, and there is no PSNR. Pictures of vectors show each value over \
                  its range in the training data.",
        brief: "rows of numbers of any range, no pictures",
        affects: &[Stage::Data, Stage::KMeans],
        field: field!(vectors, any),
        ..PLAIN
    },
    Setting {
        key: "test-share",
        placeholder: "FRACTION",
        label: "test share",
        help: "Share of the images set aside for testing where the data have no test images, 0 to 0.9",
        brief: "of data without test images of their own",
        affects: &[Stage::Data, Stage::KMeans],
        field: field!(test_share, |part| within(part, 0.0..=0.9, "choose a fraction from 0 to 0.9")),
        ..PLAIN
    },
    Setting {
        key: "covariance",
        placeholder: "FAMILY",
        label: "covariance",
        help: "The family of the covariances",
        details: "Many images have few directions in which they vary together: low-rank covariances, W W^T plus a diagonal with `rank` \
                  columns in W, take D (R + 1) numbers instead of D (D + 1) / 2, and images of any size.",
        brief: "family of the covariances",
        affects: &[Stage::Em],
        field: field!(covariance, any),
        ..PLAIN
    },
    Setting {
        key: "rank",
        placeholder: "R",
        label: "rank R",
        help: "R, the factors of each low-rank covariance, 1 to D; other families have none",
        brief: "factors of a low-rank covariance",
        affects: &[Stage::Em],
        field: field!(rank, |rank| within(rank, 1.., AT_LEAST_ONE)),
        ..PLAIN
    },
    Setting {
        key: "observed-training",
        placeholder: "FRACTION",
        label: "training pixels",
        help: "Fraction of the pixels of each training image that is observed, above 0 to 1; the others are hidden",
        details: "They are drawn at random, one mask an image. k-means and EM then learn from the observed pixels alone, exactly, \
                  as they do from pixels that are missing in the data (NaN, or `masks` in an npz file).",
        brief: "fraction of them that the fit sees",
        affects: &[Stage::Data, Stage::KMeans],
        field: field!(observed_training, |part| {
            within(part, f64::MIN_POSITIVE..=1.0, "choose a fraction above 0, up to 1")
        }),
        ..PLAIN
    },
    Setting {
        key: "ridge",
        placeholder: "RIDGE",
        label: "ridge",
        help: "Added to the diagonal of every covariance, 0 or larger",
        brief: "added to the diagonal of every covariance",
        affects: &[Stage::Em],
        field: field!(em.ridge, |ridge| within(ridge, 0.0..=f64::MAX, NOT_NEGATIVE)),
        ..PLAIN
    },
    Setting {
        key: "shrinkage",
        placeholder: "NU",
        label: "shrinkage",
        help: "Images that pull each covariance towards its target, 0 or larger; or auto",
        details: "A covariance of few images overfits. With N images in a component its covariances, not its variances, \
                  are scaled by N / (N + NU), or less far by `shrinkage-reach`. auto chooses NU, and the reach, by training images \
                  that are held out of a first fit. Diagonal and spherical covariances have nothing to shrink.",
        brief: "images that shrink covariances, or auto",
        affects: &[Stage::Em],
        field: field!(shrinkage, not_negative),
        ..PLAIN
    },
    Setting {
        key: "shrinkage-reach",
        placeholder: "PIXELS",
        label: "shrinkage reach",
        help: "How near pixels are whose correlations shrinkage keeps, in pixels, 0 or larger; or auto",
        details: "The covariance of two pixels d rows and columns apart is scaled by (N + NU exp(-d / PIXELS)) / (N + NU). 0 shrinks \
                  all alike, towards the diagonal. auto is 0 under a `shrinkage` that is given, and chosen with one that is auto. \
                  Low-rank covariances and `vectors` go by the diagonal.",
        brief: "pixels that it keeps correlated, or auto",
        affects: &[Stage::Em],
        field: field!(reach, not_negative),
        ..PLAIN
    },
    Setting {
        key: "tolerance",
        placeholder: "NATS",
        label: "tolerance",
        help: "EM stops when the mean negative log-likelihood per image changes by less, in nats",
        brief: "EM stops when the NLL changes by less",
        affects: &[Stage::Em],
        field: field!(em.tolerance, |nats| within(nats, 0.0..=f64::MAX, NOT_NEGATIVE)),
        ..PLAIN
    },
    Setting {
        key: "max-iterations",
        placeholder: "J",
        label: "max iterations",
        help: "Maximum number of EM iterations; 0 returns the start",
        brief: "limit of EM; 0 returns the start",
        affects: &[Stage::Em],
        field: field!(em.max_iterations, any),
        ..PLAIN
    },
    Setting {
        key: "dead",
        placeholder: "WHAT",
        label: "dead components",
        help: "What happens to components whose weight falls below that of one image",
        details: "keep: they stay, and are named. reseed: when EM has ended, each is put at the image of least density, with the \
                  covariance of the largest component and half of its weight, and EM goes on; at most three times. split: the \
                  largest component is split in two along its principal axis instead.",
        brief: "keep, reseed, or split the largest",
        affects: &[Stage::Em],
        field: field!(dead, any),
        ..PLAIN
    },
    Setting {
        key: "kmeans-init",
        placeholder: "START",
        label: "k-means start",
        help: "How k-means chooses its first centroids",
        brief: "random images, or k-means++",
        affects: &[Stage::KMeans],
        field: field!(kmeans.init, any),
        ..PLAIN
    },
    Setting {
        key: "restarts",
        label: "k-means runs",
        help: "Independent runs of k-means, 1 to 1000000; the one from which EM gets furthest is kept",
        details: "Each is judged by the NLL of the training images after at most five iterations of EM.",
        brief: "EM from each chooses the one that is kept",
        affects: &[Stage::KMeans],
        field: field!(kmeans.restarts, |runs| within(runs, 1..=1_000_000, "choose 1 to 1000000")),
        ..PLAIN
    },
    Setting {
        key: "kmeans-max-iterations",
        label: "k-means limit",
        help: "Maximum number of iterations of each k-means run, 1 or more",
        brief: "iterations of each run, at most",
        affects: &[Stage::KMeans],
        field: field!(kmeans.max_iterations, |n| within(n, 1.., AT_LEAST_ONE)),
        ..PLAIN
    },
    Setting {
        key: "em-start",
        placeholder: "START",
        label: "EM start",
        help: "Means that EM starts from",
        brief: "k-means; random images; or all identical",
        affects: &[Stage::KMeans],
        field: field!(em_start, any),
        ..PLAIN
    },
    Setting {
        key: "count-underflow",
        placeholder: "BOOL",
        label: "underflow",
        help: "Count the images whose density is 0 or infinite without log-sum-exp",
        brief: "count densities lost by plain sums",
        affects: &[Stage::Em],
        field: field!(count_underflow, any),
        ..PLAIN
    },
    Setting {
        key: "observed",
        placeholder: "FRACTION",
        label: "pixels observed",
        help: "Fraction of the pixels that are observed when images are restored, 0 to 1",
        brief: "fraction of the pixels observed in Restore",
        affects: &[Stage::Inpaint],
        field: field!(observed, |part| within(part, 0.0..=1.0, "choose a fraction from 0 to 1")),
        ..PLAIN
    },
    Setting {
        key: "mask-per-image",
        placeholder: "BOOL",
        label: "mask per image",
        help: "Draw a mask for each image instead of one for all",
        brief: "a mask for each image, not one for all",
        affects: &[Stage::Inpaint],
        field: field!(mask_per_image, any),
        ..PLAIN
    },
    Setting {
        key: "test-images",
        label: "test images",
        help: "Test images that are restored, drawn at random, 1 or more",
        brief: "images restored in Restore",
        affects: &[Stage::Data, Stage::Inpaint],
        field: field!(test_images, |n| within(n, 1.., AT_LEAST_ONE)),
        ..PLAIN
    },
    Setting {
        key: "draws",
        label: "draws",
        help: "Images drawn from the fitted mixture, 1 or more",
        brief: "images drawn from the mixture",
        affects: &[Stage::Samples],
        field: field!(draws, |n| within(n, 1.., AT_LEAST_ONE)),
        ..PLAIN
    },
    Setting {
        key: "held-out",
        label: "held-out images",
        help: "Test images, drawn at random, that the fit is scored on (all where there are fewer); 0 for none",
        details: "They are scored at the end, and at every iteration too when they are at most 100, or a twentieth \
                  of `samples` (a quarter with `shrinkage`).",
        brief: "test images that score the fit; 0 for none",
        affects: &[Stage::Data, Stage::Em],
        field: field!(held_out, any),
        ..PLAIN
    },
    Setting {
        key: "law",
        placeholder: "LAW",
        label: "law of X",
        help: "Law of X whose density is transformed, or a mixture: 0.3*normal(-2,1) + 0.7*normal(2,0.5)",
        details: "normal(mean, deviation), uniform(from, to), exponential(rate), gamma(shape, rate), beta(a, b), student(freedom), \
                  cauchy(location, scale), laplace(location, scale), logistic(location, scale), lognormal(mean, deviation).",
        brief: "of X in Transform, such as uniform(0, 1)",
        affects: &[Stage::Transform],
        field: field!(law, any),
        ..PLAIN
    },
    Setting {
        key: "map",
        placeholder: "MAP",
        label: "map f",
        help: "f of Z = f(X): an expression in x, such as x^3 - 3x or x < 0 ? -x : x^2",
        details: "Numbers, x, pi, e; + - * / ^; a < b ? c : d; sqrt, cbrt, exp, log, sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, \
                  asinh, acosh, atanh, abs, sign, floor, min, max.",
        brief: "Z = f(X) in Transform, such as sin(x)",
        affects: &[Stage::Transform],
        field: field!(map, any),
        ..PLAIN
    },
    Setting {
        key: "threads",
        label: "threads",
        help: "Worker threads; 0 for one a core. Results do not depend on it",
        brief: "worker threads; 0 for one a core",
        field: field!(threads, |n| within(n, ..=1024, "choose at most 1024, or 0 for one a core")),
        ..PLAIN
    },
    Setting {
        key: "memory",
        placeholder: "SIZE",
        label: "memory",
        help: "Memory that the whole process may take, such as 600MiB or 2GiB",
        details: "With it, the images of an npy file (uint8, float32 or float64) and of plain IDX files stay in their file, and each \
                  iteration reads them once more: a fit of full covariances then takes as much memory for a million images as for a \
                  thousand, but for some 40 bytes an image. k-means begins with a sample of them. A fit that cannot keep to it is refused \
                  before it begins.",
        brief: "bound of the process, as 2GiB",
        unset: "what the machine has",
        affects: &[Stage::Data, Stage::KMeans],
        field: field!(memory, any),
        ..PLAIN
    },
];

impl Setting {
    /// The setting of this key.
    pub fn find(key: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.key == key)
    }
}
