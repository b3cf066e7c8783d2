//! Images that are worked on together: those of one component and one mask.

use std::collections::HashMap;

use nalgebra::DMatrix;

/// Images of one piece of work, at most: so many columns of D doubles lie in a thread's memory.
pub(super) const IMAGES: usize = 64;

/// Spans of the images of a component, at most.
const SPANS: usize = 16;

/// Images of a span, at least: its sums take D^2 flops to merge.
const SPAN: usize = 8;

/// Images of one component and one mask.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Group {
    /// At most [`IMAGES`].
    pub images: Vec<u32>,
    /// The weight of each in the sums where it is known beforehand.
    pub shares: Option<Vec<f64>>,
}

/// The mask of every image, by number: equal masks have equal numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Masks(Vec<u32>);

impl Masks {
    /// Of the columns of `images` (D x S), whose missing pixels are NaN. Cost: a pass over the images.
    pub fn of(images: &DMatrix<f64>) -> Self {
        let mut numbers: HashMap<Vec<u64>, u32> = HashMap::new();
        let bits = |image: &[f64]| -> Vec<u64> {
            let word = |pixels: &[f64]| {
                pixels.iter().fold(0, |word: u64, value| word << 1 | u64::from(value.is_nan()))
            };
            image.chunks(64).map(word).collect()
        };
        let columns = images.as_slice().chunks_exact(images.nrows().max(1));
        Self(
            columns
                .map(|image| {
                    let next = numbers.len() as u32;
                    *numbers.entry(bits(image)).or_insert(next)
                })
                .collect(),
        )
    }

    /// For each of `components` its images in groups; `pairs` are (component, image, share).
    pub fn groups(
        &self,
        components: usize,
        pairs: impl Iterator<Item = (usize, u32, Option<f64>)>,
    ) -> Vec<Vec<Group>> {
        let mut lists: Vec<Vec<(u32, u32, Option<f64>)>> = vec![Vec::new(); components];
        for (k, image, share) in pairs {
            lists[k].push((self.0[image as usize], image, share));
        }
        let group = |mut list: Vec<(u32, u32, Option<f64>)>| {
            list.sort_by_key(|&(mask, image, _)| (mask, image));
            let same_mask = list.chunk_by(|a, b| a.0 == b.0);
            let pieces = same_mask.flat_map(|images| images.chunks(IMAGES));
            let group = |piece: &[(u32, u32, Option<f64>)]| Group {
                images: piece.iter().map(|&(_, image, _)| image).collect(),
                shares: piece.iter().map(|&(.., share)| share).collect(),
            };
            pieces.map(group).collect()
        };
        lists.into_iter().map(group).collect()
    }
}

/// How many groups make a span: borders depend on the data alone.
pub(super) fn span(groups: &[Group]) -> usize {
    groups.len().div_ceil(SPANS).max(SPAN)
}

/// Consecutive groups, as many as [`IMAGES`] images allow.
pub(super) fn blocks(groups: &[Group]) -> Vec<&[Group]> {
    let (mut blocks, mut first, mut count) = (Vec::new(), 0, 0);
    for (at, group) in groups.iter().enumerate() {
        if count + group.images.len() > IMAGES {
            blocks.push(&groups[first..at]);
            (first, count) = (at, 0);
        }
        count += group.images.len();
    }
    if first < groups.len() {
        blocks.push(&groups[first..]);
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    const N: f64 = f64::NAN;

    #[test]
    fn images_of_one_mask_are_together_and_groups_are_full_at_most() {
        let images = DMatrix::from_columns(&[
            nalgebra::DVector::from_vec(vec![1.0, N]),
            nalgebra::DVector::from_vec(vec![N, 2.0]),
            nalgebra::DVector::from_vec(vec![3.0, N]),
            nalgebra::DVector::from_vec(vec![4.0, 5.0]),
        ]);
        let masks = Masks::of(&images);
        assert_eq!(masks.0, [0, 1, 0, 2]);
        let pairs = [(1, 3, None), (0, 2, None), (0, 1, None), (0, 0, None)];
        let groups = masks.groups(2, pairs.into_iter());
        let lists = |k: usize| groups[k].iter().map(|group| group.images.clone()).collect::<Vec<_>>();
        assert_eq!((lists(0), lists(1)), (vec![vec![0, 2], vec![1]], vec![vec![3]]));
        assert_eq!(groups[0][0].shares, None);
        assert_eq!(masks.groups(1, [(0, 1, Some(0.5))].into_iter())[0][0].shares, Some(vec![0.5]));

        let many = Masks(vec![0; 150]);
        let groups = many.groups(1, (0..150).map(|image| (0, image, None)));
        assert_eq!(groups[0].iter().map(|group| group.images.len()).collect::<Vec<_>>(), [64, 64, 22]);
        assert_eq!(blocks(&groups[0]).iter().map(|block| block.len()).collect::<Vec<_>>(), [1, 1, 1]);
        assert_eq!(blocks(&[]), Vec::<&[Group]>::new());
    }
}
