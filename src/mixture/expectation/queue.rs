//! Pairs (image, component) that are to be evaluated, in blocks of images under one component.
//!
//! A flat list: the pairs of a component follow one another, those of the next begin at a new block. Which
//! images make a block depends on the data alone, so that results are the same for every number of threads.

use rayon::prelude::*;

/// Images a block: a block of Z (D x 256 doubles, 1.6 MB at D = 784) stays in a core's cache.
pub(super) const BLOCK: usize = 256;

/// Blocks of pairs, and what was found of each.
#[derive(Debug, Default)]
pub(super) struct Queue {
    blocks: Vec<Header>,
    images: Vec<u32>,
    squared: Vec<f64>,
    next: Vec<usize>,
}

#[derive(Debug, Clone, Copy)]
struct Header {
    component: usize,
    images: usize,
    exact: usize,
}

/// One block: images under one component.
pub(super) struct Job<'a> {
    pub component: usize,
    /// May be permuted.
    pub images: &'a mut [u32],
    /// To be set for each of the images: the squared distance, or a lower bound of it.
    pub squared: &'a mut [f64],
    /// To be set: how many of them, from the front, are squared distances.
    pub exact: &'a mut usize,
}

impl Queue {
    /// Takes up pairs (image, component), of components below `components`; `pairs` is called twice.
    pub fn fill<P: Iterator<Item = (usize, usize)>>(&mut self, components: usize, pairs: impl Fn() -> P) {
        self.next.clear();
        self.next.resize(components, 0);
        for (_, k) in pairs() {
            self.next[k] += 1;
        }
        self.blocks.clear();
        for (component, count) in self.next.iter_mut().enumerate() {
            let first = self.blocks.len() * BLOCK;
            let sizes = (0..*count).step_by(BLOCK).map(|start| BLOCK.min(*count - start));
            self.blocks.extend(sizes.map(|images| Header { component, images, exact: 0 }));
            *count = first;
        }
        let room = self.blocks.len() * BLOCK;
        if self.images.len() < room {
            self.images.resize(room, 0);
            self.squared.resize(room, 0.0);
        }
        for (image, k) in pairs() {
            self.images[self.next[k]] = image as u32;
            self.next[k] += 1;
        }
    }

    /// The blocks, as a parallel iterator.
    pub fn jobs(&mut self) -> impl IndexedParallelIterator<Item = Job<'_>> {
        let memory = self.images.par_chunks_mut(BLOCK).zip(self.squared.par_chunks_mut(BLOCK));
        self.blocks.par_iter_mut().with_max_len(1).zip(memory).map(|(header, (images, squared))| Job {
            component: header.component,
            images: &mut images[..header.images],
            squared: &mut squared[..header.images],
            exact: &mut header.exact,
        })
    }

    /// The blocks: a component and its images each, in the order of [`Queue::jobs`].
    pub fn blocks(&self) -> impl Iterator<Item = (usize, &[u32])> {
        let blocks = self.blocks.iter().zip(self.images.chunks(BLOCK));
        blocks.map(|(header, images)| (header.component, &images[..header.images]))
    }

    /// What was found: image, component, squared distance or bound, and which of the two.
    pub fn found(&self) -> impl Iterator<Item = (usize, usize, f64, bool)> {
        let memory = self.images.chunks(BLOCK).zip(self.squared.chunks(BLOCK));
        self.blocks.iter().zip(memory).flat_map(|(header, (images, squared))| {
            let pairs = images.iter().zip(squared).take(header.images).enumerate();
            pairs.map(|(at, (&image, &squared))| {
                (image as usize, header.component, squared, at < header.exact)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_hold_the_wanted_pairs_of_one_component_each() {
        let mut queue = Queue::default();
        // A queue that is filled again holds nothing of the first time.
        for (images, components) in [(2000_usize, 4), (700, 3)] {
            let all = || (0..images).flat_map(move |image| (0..components).map(move |k| (image, k)));
            let wanted = || all().filter(|&(image, k)| k != 1 && image.is_multiple_of(k + 2));
            queue.fill(components, wanted);
            queue.jobs().for_each(|job| {
                assert!(!job.images.is_empty() && job.images.len() <= BLOCK);
                job.squared
                    .iter_mut()
                    .zip(&*job.images)
                    .for_each(|(squared, &image)| *squared = f64::from(image));
                *job.exact = job.images.len() / 2;
            });
            let mut found: Vec<_> = queue.found().collect();
            assert!(found.iter().all(|&(image, _, squared, _)| squared == image as f64));
            let halves: usize = queue.blocks().map(|(_, images)| images.len() / 2).sum();
            assert_eq!(found.iter().filter(|pair| pair.3).count(), halves);
            found.sort_by_key(|&(image, k, ..)| (image, k));
            let pairs: Vec<_> = found.iter().map(|&(image, k, ..)| (image, k)).collect();
            assert_eq!(pairs, wanted().collect::<Vec<_>>());
        }
    }
}
