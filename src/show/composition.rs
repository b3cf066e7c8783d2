//! Which labels the images, the clusters of k-means and the components of the mixture are made of.

use crate::study::{DataReport, Outcome};

/// The labels of the S images used, in the order of the data matrix.
fn sample_labels(data: &DataReport) -> impl Iterator<Item = u8> {
    data.sample_indices.iter().filter_map(|&index| data.train.labels().get(index).copied())
}

/// How many of the S images used have each of `labels`.
pub fn label_counts(data: &DataReport, labels: &[u8]) -> Vec<usize> {
    labels.iter().map(|&label| sample_labels(data).filter(|&other| other == label).count()).collect()
}

/// How many images are in each of `groups` groups; `assignments` gives the group of each image.
pub fn group_sizes(assignments: &[usize], groups: usize) -> Vec<usize> {
    let mut sizes = vec![0; groups];
    for &group in assignments {
        if let Some(size) = sizes.get_mut(group) {
            *size += 1;
        }
    }
    sizes
}

/// For each of `groups` groups, how many of its images have each of the study's labels, in the order of
/// [`Outcome::labels`]; `assignments` gives the group of each of the S images.
pub fn labels_by_group(outcome: &Outcome, assignments: &[usize], groups: usize) -> Vec<Vec<usize>> {
    let mut counts = vec![vec![0; outcome.labels().len()]; groups];
    let labels = outcome.data.iter().flat_map(|data| sample_labels(data));
    for (&group, label) in assignments.iter().zip(labels) {
        let column = outcome.labels().iter().position(|&known| known == label);
        if let Some(count) = counts.get_mut(group).zip(column).and_then(|(row, column)| row.get_mut(column)) {
            *count += 1;
        }
    }
    counts
}

/// The most frequent label of a group (of equals the first) and its share of the group; none for an empty group.
pub fn majority(labels: &[u8], counts: &[usize]) -> Option<(u8, f64)> {
    let total: usize = counts.iter().sum();
    let most = counts.iter().zip(labels).rev().max_by_key(|(count, _)| **count);
    most.filter(|_| total > 0).map(|(&count, &label)| (label, count as f64 / total as f64))
}

/// The component that each cluster of k-means became, by the images that both hold: those that share most first. None
/// before both are there, and where EM did not start from the clusters.
pub fn component_of_cluster(outcome: &Outcome) -> Option<Vec<usize>> {
    let (kmeans, fit) = (outcome.kmeans.fit.as_deref()?, outcome.fit.as_deref()?);
    let groups = fit.mixture.components();
    let settings = &outcome.settings;
    let started = settings.start.is_none() && settings.means_init.is_none();
    (started && kmeans.centroids.ncols() == groups)
        .then(|| matched(&kmeans.assignments, &fit.assignments, groups))
}

/// The clusters of k-means in the order of the components that they became; in their own where that is not known.
pub fn cluster_order(outcome: &Outcome, clusters: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..clusters).collect();
    if let Some(place) = component_of_cluster(outcome) {
        order.sort_by_key(|&cluster| place.get(cluster).copied());
    }
    order
}

/// For each of `groups` groups of one assignment a different group of the other, by common images.
fn matched(from: &[usize], to: &[usize], groups: usize) -> Vec<usize> {
    let mut common = vec![0usize; groups * groups];
    for (&a, &b) in from.iter().zip(to) {
        if let Some(count) = common.get_mut(a * groups + b).filter(|_| b < groups) {
            *count += 1;
        }
    }
    let mut pairs: Vec<(usize, usize)> = common.into_iter().enumerate().collect();
    pairs.sort_by_key(|&(pair, count)| (std::cmp::Reverse(count), pair));
    let (mut place, mut taken) = (vec![None; groups], vec![false; groups]);
    for (pair, _) in pairs {
        let (a, b) = (pair / groups, pair % groups);
        if let (Some(empty @ None), Some(free @ false)) = (place.get_mut(a), taken.get_mut(b)) {
            (*empty, *free) = (Some(b), true);
        }
    }
    place.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_majority_is_the_first_of_equals() {
        assert_eq!(majority(&[0, 1, 8], &[2, 5, 5]), Some((1, 5.0 / 12.0)));
        assert_eq!(majority(&[0, 1], &[0, 0]), None);
        assert_eq!(majority(&[], &[]), None);
    }

    #[test]
    fn groups_are_matched_one_to_one_by_common_images() {
        assert_eq!(matched(&[0, 0, 0, 1, 1, 2], &[2, 2, 0, 0, 0, 0], 3), [2, 0, 1]);
        assert_eq!(matched(&[], &[], 2), [0, 1]);
    }

    #[test]
    fn groups_are_counted() {
        assert_eq!(group_sizes(&[2, 0, 2, 9], 3), [1, 0, 2]);
    }
}
