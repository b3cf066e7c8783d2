//! How far two divisions of the same images agree.

use std::collections::BTreeMap;

/// Images that are in the part of `after` that most images of their part of `before` are in: all of them where the two
/// divide the images alike, under whatever numbers. Cost: S log K^2.
pub fn same_clusters(before: &[usize], after: &[usize]) -> usize {
    let mut shared: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for pair in before.iter().zip(after) {
        *shared.entry((*pair.0, *pair.1)).or_default() += 1;
    }
    let mut most: BTreeMap<usize, usize> = BTreeMap::new();
    for ((cluster, _), count) in shared {
        let best = most.entry(cluster).or_default();
        *best = count.max(*best);
    }
    most.values().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_parts_do_not_matter() {
        assert_eq!(same_clusters(&[0, 0, 1, 2], &[5, 5, 0, 1]), 4);
        assert_eq!(same_clusters(&[0, 0, 0, 1], &[1, 1, 0, 0]), 3);
        assert_eq!(same_clusters(&[], &[]), 0);
    }
}
