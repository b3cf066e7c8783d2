//! The fields of the settings form: what each is called, how it is written and how it is read.

use crate::mixture::KMeansInit;
use crate::study::Settings;

/// What a field is for, and how it is read and written.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// What it is called on the screen.
    pub label: &'static str,
    /// Its option on the command line, by which errors name it.
    pub option: &'static str,
    /// What it means.
    pub help: &'static str,
    /// The texts to choose from; empty for a field that is typed.
    pub choices: &'static [&'static str],
    pub(super) write: fn(&Settings) -> String,
    pub(super) read: fn(&mut Settings, &str) -> Result<(), String>,
}

fn number<T: std::str::FromStr>(text: &str, kind: &str) -> Result<T, String> {
    text.trim().parse().map_err(|_| format!("not {kind}"))
}

/// A setting as one types it: "0.001", "1e-6".
fn short(value: f64) -> String {
    if value == 0.0 || (1e-3..1e6).contains(&value.abs()) { value.to_string() } else { format!("{value:e}") }
}

fn count(text: &str) -> Result<usize, String> {
    number(text, "a whole number")
}

fn real(text: &str) -> Result<f64, String> {
    number(text, "a number, such as 0.001 or 1e-3")
}

fn labels(text: &str) -> Result<Vec<u8>, String> {
    text.split([',', ' '])
        .filter(|part| !part.is_empty())
        .map(|part| number(part, "labels, such as 0,1,8"))
        .collect()
}

fn set<T>(field: &mut T, value: Result<T, String>) -> Result<(), String> {
    *field = value?;
    Ok(())
}

const INITS: &[&str] = &["random", "plus-plus"];
const YES_NO: &[&str] = &["no", "yes"];

/// The fields, from top to bottom.
pub const FIELDS: &[Spec] = &[
    Spec {
        label: "components K",
        option: "--components",
        help: "Gaussians of the mixture",
        choices: &[],
        write: |s| s.components.to_string(),
        read: |s, text| set(&mut s.components, count(text)),
    },
    Spec {
        label: "images S",
        option: "--samples",
        help: "training images, drawn at random",
        choices: &[],
        write: |s| s.samples.to_string(),
        read: |s, text| set(&mut s.samples, count(text)),
    },
    Spec {
        label: "labels",
        option: "--labels",
        help: "classes of Fashion-MNIST, 0 to 9",
        choices: &[],
        write: |s| s.labels.iter().map(u8::to_string).collect::<Vec<_>>().join(","),
        read: |s, text| set(&mut s.labels, labels(text)),
    },
    Spec {
        label: "seed",
        option: "--seed",
        help: "of every random choice",
        choices: &[],
        write: |s| s.seed.to_string(),
        read: |s, text| set(&mut s.seed, number(text, "a whole number")),
    },
    Spec {
        label: "k-means start",
        option: "--kmeans-init",
        help: "random images, or k-means++",
        choices: INITS,
        write: |s| INITS[usize::from(s.kmeans_init == KMeansInit::PlusPlus)].to_owned(),
        read: |s, text| {
            let init = if text == INITS[1] { KMeansInit::PlusPlus } else { KMeansInit::Random };
            set(&mut s.kmeans_init, Ok(init))
        },
    },
    Spec {
        label: "k-means runs",
        option: "--restarts",
        help: "the one with the least inertia wins",
        choices: &[],
        write: |s| s.restarts.to_string(),
        read: |s, text| set(&mut s.restarts, count(text)),
    },
    Spec {
        label: "ridge",
        option: "--ridge",
        help: "added to the diagonal of every covariance",
        choices: &[],
        write: |s| short(s.ridge),
        read: |s, text| set(&mut s.ridge, real(text)),
    },
    Spec {
        label: "tolerance",
        option: "--tolerance",
        help: "EM stops when the NLL changes by less",
        choices: &[],
        write: |s| short(s.tolerance),
        read: |s, text| set(&mut s.tolerance, real(text)),
    },
    Spec {
        label: "iterations",
        option: "--max-iterations",
        help: "of EM, at most",
        choices: &[],
        write: |s| s.max_iterations.to_string(),
        read: |s, text| set(&mut s.max_iterations, count(text)),
    },
    Spec {
        label: "held out",
        option: "--held-out",
        help: "test images that EM is scored on; 0: none",
        choices: &[],
        write: |s| s.held_out.to_string(),
        read: |s, text| set(&mut s.held_out, count(text)),
    },
    Spec {
        label: "observed",
        option: "--observed",
        help: "fraction of the pixels known in Inpaint",
        choices: &[],
        write: |s| short(s.observed),
        read: |s, text| set(&mut s.observed, real(text)),
    },
    Spec {
        label: "mask per image",
        option: "--mask-per-image",
        help: "one mask an image, not one for all",
        choices: YES_NO,
        write: |s| YES_NO[usize::from(s.mask_per_image)].to_owned(),
        read: |s, text| set(&mut s.mask_per_image, Ok(text == YES_NO[1])),
    },
    Spec {
        label: "test images",
        option: "--test-images",
        help: "restored in Inpaint",
        choices: &[],
        write: |s| s.test_images.to_string(),
        read: |s, text| set(&mut s.test_images, count(text)),
    },
    Spec {
        label: "samples",
        option: "--draws",
        help: "drawn from the mixture",
        choices: &[],
        write: |s| s.draws.to_string(),
        read: |s, text| set(&mut s.draws, count(text)),
    },
];
