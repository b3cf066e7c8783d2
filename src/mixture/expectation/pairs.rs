//! What an E-step knows of every pair (image, component): a table that outlives the step.
//!
//! For image s and component k it holds the largest lower bound m <= |L_k^-1 (x_s - mu_k)|^2 that was found, and whether
//! that is the squared distance itself. A component that an M-step did not change keeps its column.

use rayon::prelude::*;

/// S x K, the pairs of one image side by side. Memory: 9 bytes a pair.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    components: usize,
    squared: Vec<f64>,
    exact: Vec<bool>,
}

impl Pairs {
    /// Makes room for `images` x `components` pairs of which nothing is known.
    pub fn reset(&mut self, images: usize, components: usize) {
        self.components = components;
        self.squared.clear();
        self.squared.resize(images * components, 0.0);
        self.exact.clear();
        self.exact.resize(images * components, false);
    }

    /// Forgets the pairs of the `components` that are named.
    pub fn forget(&mut self, components: &[usize]) {
        let width = self.components.max(1);
        for (squared, exact) in self.squared.chunks_exact_mut(width).zip(self.exact.chunks_exact_mut(width)) {
            for &k in components {
                (squared[k], exact[k]) = (0.0, false);
            }
        }
    }

    /// The bounds of one image, K, and which of them are the squared distances themselves.
    pub fn of_image(&self, image: usize) -> (&[f64], &[bool]) {
        let row = image * self.components..(image + 1) * self.components;
        (&self.squared[row.clone()], &self.exact[row])
    }

    /// The bound of one pair, and whether it is the squared distance itself.
    pub fn get(&self, image: usize, component: usize) -> (f64, bool) {
        let at = image * self.components + component;
        (self.squared[at], self.exact[at])
    }

    /// Notes a squared distance, or a lower bound of it.
    pub fn set(&mut self, image: usize, component: usize, squared: f64, exact: bool) {
        let at = image * self.components + component;
        (self.squared[at], self.exact[at]) = (squared, exact);
    }

    /// What [`Pairs::of_image`] gives of every image, to be written in parallel.
    pub fn par_images_mut(&mut self) -> impl IndexedParallelIterator<Item = (&mut [f64], &mut [bool])> {
        self.squared.par_chunks_mut(self.components).zip(self.exact.par_chunks_mut(self.components))
    }
}
