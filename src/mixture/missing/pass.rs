//! A pass over groups of images of one mask each: their responsibilities, and the sums of the component that they are assigned to.

use nalgebra::DMatrix;
use rayon::prelude::*;

use super::conditional::{Conditional, Evaluated, Gaussian, Mask};
use super::groups::{Group, IMAGES, blocks, span};
use crate::linalg;
use crate::mixture::expectation::MARGIN;
use crate::mixture::moments::Moments;
use crate::mixture::pool::Pool;

/// Responsibilities up to this part of a component's weight are set to zero: together less than this part of its soft count.
const NEGLIGIBLE: f64 = 1e-13;

/// One thread's memory.
pub(super) struct Workspace {
    conditional: Conditional,
    /// Of another component.
    other: Conditional,
    mask: Mask,
    /// x - mu of a block's images, D x [`IMAGES`], and their products with P.
    centred: DMatrix<f64>,
    products: DMatrix<f64>,
    /// The same of one group, under another component.
    others: DMatrix<f64>,
    other_products: DMatrix<f64>,
    /// log-joint densities of a group's images, those of a component side by side.
    log_joint: Vec<f64>,
    floors: Vec<f64>,
    terms: Vec<f64>,
}

impl Workspace {
    fn new(dim: usize, components: usize) -> Self {
        let columns = || DMatrix::zeros(dim, IMAGES);
        Self {
            conditional: Conditional::default(),
            other: Conditional::default(),
            mask: Mask::default(),
            centred: columns(),
            products: columns(),
            others: columns(),
            other_products: columns(),
            log_joint: vec![f64::NEG_INFINITY; components * IMAGES],
            floors: Vec::new(),
            terms: Vec::new(),
        }
    }
}

impl std::fmt::Debug for Workspace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Workspace").finish_non_exhaustive()
    }
}

/// What the E-step found of an image.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub image: u32,
    pub assigned: u32,
    pub log_density: f64,
}

/// What a span found.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub sums: Option<Moments>,
    pub found: Vec<Found>,
    /// (component, image, weight) of the sums that are left to the second pass.
    pub left: Vec<(usize, u32, f64)>,
}

/// What a pass reads.
pub(super) struct Pass<'a> {
    pub images: &'a DMatrix<f64>,
    pub gaussians: &'a [Gaussian<'a>],
    /// The weight of every image; 1 without.
    pub weights: Option<&'a [f64]>,
    pub with_sums: bool,
    pub idle: &'a Pool<Moments>,
    pub workspaces: &'a Pool<Workspace>,
}

impl Pass<'_> {
    /// What was found of the groups of each component.
    pub fn over_all(&self, groups: &[Vec<Group>]) -> Vec<Part> {
        let each = groups.par_iter().enumerate().with_max_len(1);
        each.map(|(k, groups)| self.over(k, groups, span(groups))).collect()
    }

    /// The sums over spans, merged by halves.
    fn over(&self, k: usize, groups: &[Group], span: usize) -> Part {
        let spans = groups.len().div_ceil(span);
        if spans <= 1 {
            return self.over_span(k, groups);
        }
        let (first, second) = groups.split_at(spans.div_ceil(2) * span);
        let (mut part, more) = rayon::join(|| self.over(k, first, span), || self.over(k, second, span));
        part.sums = self.merged(part.sums, more.sums);
        part.found.extend(more.found);
        part.left.extend(more.left);
        part
    }

    pub fn merged(&self, first: Option<Moments>, second: Option<Moments>) -> Option<Moments> {
        match (first, second) {
            (Some(mut first), Some(second)) => {
                first.merge(&second);
                self.idle.give(second);
                Some(first)
            }
            (first, second) => first.or(second),
        }
    }

    fn over_span(&self, k: usize, groups: &[Group]) -> Part {
        let mut part = Part::default();
        if self.with_sums && !groups.is_empty() {
            let dim = self.images.nrows();
            let mut sums = self.idle.take().unwrap_or_else(|| Moments::in_memory(DMatrix::zeros(dim, dim)));
            sums.restart(&self.gaussians[k].component.mean);
            sums.scatter.fill(0.0);
            part.sums = Some(sums);
        }
        let make = || Workspace::new(self.images.nrows(), self.gaussians.len());
        self.workspaces.lend(make, |workspace| {
            blocks(groups).into_iter().for_each(|block| self.over_block(k, block, workspace, &mut part));
        });
        // A component that no image belongs to has no sums.
        if let Some(sums) = part.sums.take_if(|sums| sums.count == 0.0) {
            self.idle.give(sums);
        }
        part
    }

    fn over_block(&self, k: usize, groups: &[Group], workspace: &mut Workspace, part: &mut Part) {
        let gaussian = &self.gaussians[k];
        let dim = self.images.nrows();
        let images = groups.iter().flat_map(|group| &group.images);
        let Workspace { centred, products, .. } = workspace;
        for (target, &image) in centred.as_mut_slice().chunks_exact_mut(dim).zip(images.clone()) {
            gaussian.centre(target, self.image(image));
        }
        let count = images.count();
        products.as_mut_slice()[..count * dim].copy_from_slice(&centred.as_slice()[..count * dim]);
        gaussian.apply_precision(products, count);
        let mut first = 0;
        for group in groups {
            self.over_group(k, group, first, workspace, part);
            first += group.images.len();
        }
        if let Some(sums) = &mut part.sums {
            linalg::add_gram_lower(&mut sums.scatter, 1.0, &workspace.centred, count);
        }
    }

    /// The images of one group: columns of the block from `first` on, which become sqrt(w) e.
    fn over_group(&self, k: usize, group: &Group, first: usize, workspace: &mut Workspace, part: &mut Part) {
        let (dim, count) = (self.images.nrows(), group.images.len());
        let gaussian = &self.gaussians[k];
        let columns = first * dim..(first + count) * dim;
        let Workspace { conditional, mask, centred, products, log_joint, .. } = workspace;
        mask.read(self.image(group.images[0]));
        let own = &mut log_joint[k * IMAGES..][..count];
        let columns_of_products = &products.as_slice()[columns.clone()];
        conditional.complete(
            gaussian,
            mask,
            &mut centred.as_mut_slice()[columns.clone()],
            columns_of_products,
            own,
        );
        let shares = match &group.shares {
            Some(shares) => shares.clone(),
            None => self.evaluate_others(k, group, workspace, part),
        };
        let Some(sums) = &mut part.sums else { return };
        let Workspace { conditional, mask, centred, .. } = workspace;
        let total: f64 = shares.iter().sum();
        let columns = centred.as_mut_slice()[columns].chunks_exact_mut(dim);
        for (column, share) in columns.zip(&shares) {
            let root = share.sqrt();
            for (value, sum) in column.iter_mut().zip(sums.sum.as_mut_slice()) {
                *sum += share * *value;
                *value *= root;
            }
        }
        sums.count += total;
        if total > 0.0 && !mask.missing.is_empty() {
            conditional.add_covariance(gaussian, mask, total, &mut sums.scatter);
        }
    }

    /// The E-step of a group, whose log-joint densities under its own component `k` are there; the weights of its images in
    /// the sums of that component.
    fn evaluate_others(
        &self,
        k: usize,
        group: &Group,
        workspace: &mut Workspace,
        part: &mut Part,
    ) -> Vec<f64> {
        let (dim, count) = (self.images.nrows(), group.images.len());
        let Workspace { other, mask, others, other_products, log_joint, floors, terms, .. } = workspace;
        let margin = MARGIN + (self.gaussians.len() as f64).ln();
        floors.clear();
        floors.extend(log_joint[k * IMAGES..][..count].iter().map(|own| own - margin));
        for (j, gaussian) in self.gaussians.iter().enumerate().filter(|&(j, _)| j != k) {
            let log_joint = &mut log_joint[j * IMAGES..][..count];
            let columns = &mut others.as_mut_slice()[..count * dim];
            for (target, &image) in columns.chunks_exact_mut(dim).zip(&group.images) {
                gaussian.centre(target, self.image(image));
            }
            match other.evaluate(gaussian, mask, columns, floors, log_joint) {
                Evaluated::Exact => {}
                Evaluated::Dropped => log_joint.fill(f64::NEG_INFINITY),
                Evaluated::Open => {
                    other_products.as_mut_slice()[..count * dim].copy_from_slice(columns);
                    gaussian.apply_precision(other_products, count);
                    other.complete(
                        gaussian,
                        mask,
                        columns,
                        &other_products.as_slice()[..count * dim],
                        log_joint,
                    );
                }
            }
        }
        let mut shares = Vec::with_capacity(count);
        for (at, &image) in group.images.iter().enumerate() {
            // A NaN is the density of a component without a part: `max` takes the other number.
            let value = |j: usize| log_joint[j * IMAGES + at].max(f64::NEG_INFINITY);
            let (mut best, mut assigned) = (f64::NEG_INFINITY, k);
            for j in 0..self.gaussians.len() {
                if value(j) > best {
                    (best, assigned) = (value(j), j);
                }
            }
            terms.clear();
            terms.extend((0..self.gaussians.len()).map(|j| (value(j) - best).exp()));
            // By falling size: the sum does not depend on the order of the components.
            terms.sort_unstable_by(|a, b| b.total_cmp(a));
            let sum: f64 = terms.iter().sum();
            let log_density = if best.is_finite() { best + sum.ln() } else { best };
            part.found.push(Found { image, assigned: assigned as u32, log_density });
            let weight = self.weights.map_or(1.0, |weights| weights[image as usize]);
            let share = |j: usize| {
                let share = (value(j) - best).exp() / sum;
                if share > NEGLIGIBLE * self.gaussians[j].component.log_weight.exp() {
                    share * weight
                } else {
                    0.0
                }
            };
            shares.push(share(k));
            if self.with_sums {
                let left = (0..self.gaussians.len()).filter(|&j| j != k && share(j) > 0.0);
                part.left.extend(left.map(|j| (j, image, share(j))));
            }
        }
        shares
    }

    fn image(&self, image: u32) -> &[f64] {
        let dim = self.images.nrows();
        &self.images.as_slice()[image as usize * dim..][..dim]
    }
}
