//! Counts held against the memory there is, before work begins.

use super::{Settings, StudyError};
use crate::data::{available_memory, resident_memory};
use crate::mixture::{CovarianceFamily, Mixture, kmeans_sample, pair_bytes};

/// Bytes of a double.
const DOUBLE: u64 = size_of::<f64>() as u64;

/// Refuses `count` things of `each` bytes beside `other` bytes where memory does not hold them; `key` is the setting
/// of the count. A tenth of the memory is left to others.
///
/// # Errors
/// [`StudyError::Setting`] with the largest count that memory holds.
pub fn require_memory(key: &'static str, count: usize, each: u64, other: u64) -> Result<(), StudyError> {
    let Some(available) = available_memory() else { return Ok(()) };
    within(available - available / 10, key, count, each, other)
}

fn within(usable: u64, key: &'static str, count: usize, each: u64, other: u64) -> Result<(), StudyError> {
    let needed = each.saturating_mul(count as u64).saturating_add(other);
    if needed <= usable {
        return Ok(());
    }
    let most = usable.saturating_sub(other) / each.max(1);
    let free = format!("{:.1} GB of memory are free", usable as f64 / 1e9);
    let hint = match most {
        0 => format!(
            "{free}, and {:.1} GB are needed: free some, or use fewer or smaller images",
            needed as f64 / 1e9
        ),
        most => format!("choose at most {most}, as {free}"),
    };
    Err(StudyError::Setting { key, value: count.to_string(), hint })
}

/// Refuses a fit to `samples` images of `dim` pixels where memory does not hold it: K covariances with their factors, the
/// images, and what is kept of each pair.
///
/// Where pixels are missing, K inverse covariances and K sums of full ones are kept besides, and each thread has some matrices.
pub(super) fn require_fit(
    settings: &Settings,
    samples: usize,
    dim: usize,
    is_complete: bool,
) -> Result<(), StudyError> {
    let pair_bytes = if settings.covariance == CovarianceFamily::Full { pair_bytes(dim) } else { 0 };
    let (samples, dim) = (samples as u64, dim as u64);
    let threads = rayon::current_num_threads() as u64;
    // Images once more for k-means; for each thread, a batch of the M-step and a block of the E-step.
    let other = 2 * DOUBLE * samples * dim + threads * 1024 * DOUBLE * dim;
    let (mut each, mut shared) = covariance_bytes(settings.covariance, settings.rank, dim, threads);
    let matrix = DOUBLE * dim * dim;
    match settings.covariance {
        CovarianceFamily::Full if !is_complete => {
            (each, shared) = (each + 2 * matrix, shared + threads * 9 * matrix);
        }
        // A scatter for each thread, those that wait to be merged, and matrices of a mask.
        CovarianceFamily::Tied if !is_complete => shared += (threads * 5 + 8) * matrix,
        _ => {}
    }
    let each = each + (pair_bytes * samples).max(bound_bytes(settings, samples, dim, threads));
    require_memory_of(settings, "components", settings.kmeans.components, each, other + shared)
}

/// As [`require_fit`], for images that are read again at every iteration: what is kept of each image, the sums of the M-step and the
/// working memory of each thread.
pub(super) fn require_read_fit(settings: &Settings, samples: usize, dim: usize) -> Result<(), StudyError> {
    let threads = rayon::current_num_threads() as u64;
    let matrix = DOUBLE * (dim as u64).pow(2);
    // Covariance, factor and its inverse; the sums of spans in work and of those that wait.
    let each = 3 * matrix + sums_in_work(dim, threads) * matrix;
    let components = settings.kmeans.components;
    // Indices, assignments of k-means and of EM; the sample that k-means begins with, as it is and as it is prepared.
    let sample = kmeans_sample(samples, dim, components) as u64;
    let others = READ_BYTES * samples as u64 + 2 * DOUBLE * sample * dim as u64 + (16 << 20);
    let each = each + bound_bytes(settings, sample, dim as u64, threads);
    require_memory_of(settings, "components", components, each, others)
}

/// Bytes of the bounds that k-means keeps of a cluster, for as many restarts as run at a time; none for more clusters than pixels.
fn bound_bytes(settings: &Settings, samples: u64, dim: u64, threads: u64) -> u64 {
    let kmeans = &settings.kmeans;
    if kmeans.components as u64 > dim { 0 } else { DOUBLE * samples * threads.min(kmeans.restarts as u64) }
}

/// Bytes that are kept of each image that is read again and again.
const READ_BYTES: u64 = 48;

/// Sums of a component's images that are held at a time, in matrices D x D.
fn sums_in_work(dim: usize, threads: u64) -> u64 {
    if pair_bytes(dim) == 0 { threads.div_ceil(2) * 6 } else { 5 }
}

/// As [`require_memory`], within the bound of the settings as well.
fn require_memory_of(
    settings: &Settings,
    key: &'static str,
    count: usize,
    each: u64,
    other: u64,
) -> Result<(), StudyError> {
    require_memory(key, count, each, other)?;
    let Some(bound) = settings.memory.bytes() else { return Ok(()) };
    let used = resident_memory().unwrap_or(0);
    let needed = each.saturating_mul(count as u64).saturating_add(other).saturating_add(used);
    if needed <= bound {
        return Ok(());
    }
    // A little more than is needed: what the process uses by now differs from run to run.
    let megabytes = |bytes: u64| format!("{} MB", bytes.div_ceil(1_000_000) + 2);
    Err(StudyError::Setting {
        key: "memory",
        value: settings.memory.text().to_owned(),
        hint: format!(
            "the fit takes about {}, {} of them for `components` {count}: allow as much, or choose fewer",
            megabytes(needed),
            megabytes(each.saturating_mul(count as u64))
        ),
    })
}

/// Bytes that a fit takes for each covariance, and for all of them together.
fn covariance_bytes(family: CovarianceFamily, rank: usize, dim: u64, threads: u64) -> (u64, u64) {
    let matrix = DOUBLE * dim * dim;
    // Sums of the M-step for each thread, and those that wait to be merged.
    let sums = |rows: u64| DOUBLE * dim * rows * (threads + 8);
    match family {
        CovarianceFamily::Full => (2 * matrix, 0),
        CovarianceFamily::Tied => (sums(2), 4 * matrix),
        CovarianceFamily::Diagonal | CovarianceFamily::Spherical => (sums(2), 0),
        CovarianceFamily::LowRank => {
            let rank = rank as u64;
            (4 * DOUBLE * dim * rank + sums(rank + 2), 0)
        }
    }
}

/// Refuses the draws of `dim` pixels that are asked for where memory does not hold them.
pub(super) fn require_draws(settings: &Settings, dim: usize) -> Result<(), StudyError> {
    let (components, rank) = (settings.kmeans.components, settings.rank);
    let numbers = settings.covariance.free_parameters(components, dim, rank) as u64;
    require_memory("draws", settings.draws, draw_bytes(dim), FACTORED.saturating_mul(numbers))
}

/// Bytes of a covariance and its factor for each free parameter: twice the entries of a matrix, of which half are free.
const FACTORED: u64 = 4 * DOUBLE;

/// Bytes of the covariances of `mixture` and of their factors.
pub fn factor_bytes(mixture: &Mixture) -> u64 {
    FACTORED.saturating_mul(mixture.free_parameters().covariances as u64)
}

/// What a draw of `dim` pixels takes, with its component as it is drawn and as it is written.
pub fn draw_bytes(dim: usize) -> u64 {
    DOUBLE * (dim as u64 + 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_count_that_memory_holds_is_the_hint() {
        within(1000, "draws", 90, 10, 100).unwrap();
        let fault =
            |count, other| within(2_000_000_000, "draws", count, 1 << 20, other).unwrap_err().to_string();
        assert_eq!(fault(5000, 0), "`draws` is 5000: choose at most 1907, as 2.0 GB of memory are free");
        assert_eq!(
            fault(1, 4_000_000_000),
            "`draws` is 1: 2.0 GB of memory are free, and 4.0 GB are needed: free some, or use fewer or smaller images"
        );
        assert!(within(u64::MAX - 1, "draws", usize::MAX, u64::MAX, u64::MAX).is_err());
    }
}
