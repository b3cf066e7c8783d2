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
/// `settings.labels`; `assignments` gives the group of each of the S images.
pub fn labels_by_group(outcome: &Outcome, assignments: &[usize], groups: usize) -> Vec<Vec<usize>> {
    let mut counts = vec![vec![0; outcome.settings.labels.len()]; groups];
    let labels = outcome.data.iter().flat_map(|data| sample_labels(data));
    for (&group, label) in assignments.iter().zip(labels) {
        let column = outcome.settings.labels.iter().position(|&known| known == label);
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
    fn groups_are_counted() {
        assert_eq!(group_sizes(&[2, 0, 2, 9], 3), [1, 0, 2]);
    }
}
