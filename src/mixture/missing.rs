//! E-step and the sums of the M-step for images of which pixels are missing: exact EM, by the observed pixels alone.
//!
//! A missing pixel is NaN. The responsibilities of an image are those of its observed pixels o,
//! w_k = pi_k N(x_o; mu_k,o, Sigma_k,oo) / p(x_o), and where the M-step of whole images takes x and x x^T it takes their
//! expectations given x_o: with the completed e = (x_o - mu_o, E[x_m - mu_m | x_o]), a sum of w e and one of
//! w (e e^T + Cov[x_m | x_o]) (`conditional`). The likelihood of the observed pixels never falls, without ridge and shrinkage.
//! Pixels that are missing at random, whatever their values, bias nothing.
//!
//! Z. Ghahramani, M. I. Jordan, "Supervised learning from incomplete data via an EM approach", NIPS 6 (1994), 120-127.
//!
//! **What it estimates.** The conditional covariance has the ridge in it already: a pixel that a component sees in the share f
//! of its images ends with ridge / f on its variance, and shrinkage by nu images acts on a covariance as it would with as many
//! images as say something about it. A pixel that no image of a component shows keeps its mean, and its variance grows by the ridge an iteration.
//!
//! **Work.** A component and a mask are factored once for up to 64 of their images (`groups`). An image's own component, that of
//! the last E-step, comes first, and to the end: density, conditional mean, and, once its responsibility is known,
//! conditional covariance from the same factor. Other components are dropped by a bound after a few rows, with the
//! margin of `expectation::block`; those that are not get a second pass.
//!
//! **Fixed pieces.** Spans of groups add up their images in order, and are merged by halves. Borders depend on the data
//! alone, so that no bit depends on the number of threads.
//!
//! Cost: for each pair (mask, component) that matters m^3 flops with m pixels missing (or o^3 / 3 + o^2 m + o m^2, where only o are
//! observed), and 4 D^2 an image. Memory: K D^2 doubles, and for each thread D^2 for the sums of a span, for each span that
//! waits for its other half (log2 16), and for a factor and what is made of it.
//!
//! Covariances of other families fit in here by their own `Conditional`: with a diagonal one, o is all there is to it.

mod conditional;
mod groups;

use nalgebra::DMatrix;
use rayon::prelude::*;

use super::component::Component;
use super::expectation::MARGIN;
use super::moments::Moments;
use super::pool::Pool;
use super::training_set::is_complete;
use crate::linalg;
use conditional::{CONDITION, Conditional, Evaluated, Gaussian, Mask};
use groups::{Group, IMAGES, Masks, blocks, span};

/// Responsibilities up to this part of a component's weight are set to zero: together less than this part of its soft count.
const NEGLIGIBLE: f64 = 1e-13;

/// The state of passes over the same images.
#[derive(Debug)]
pub(super) struct Incomplete {
    masks: Masks,
    precisions: Vec<Precision>,
    /// What the last pass found of every component, if it was asked for and an image has a part in it.
    sums: Vec<Option<Moments>>,
    idle: Pool<Moments>,
    workspaces: Pool<Workspace>,
}

/// P of a component.
#[derive(Debug, Default)]
struct Precision {
    generation: Option<u64>,
    matrix: DMatrix<f64>,
    is_sound: bool,
}

/// One thread's memory.
struct Workspace {
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
struct Found {
    image: u32,
    assigned: u32,
    log_density: f64,
}

/// What a span found.
#[derive(Debug, Default)]
struct Part {
    sums: Option<Moments>,
    found: Vec<Found>,
    /// (component, image, weight) of the sums that are left to the second pass.
    left: Vec<(usize, u32, f64)>,
}

/// What a pass reads.
struct Pass<'a> {
    images: &'a DMatrix<f64>,
    gaussians: &'a [Gaussian<'a>],
    /// The weight of every image; 1 without.
    weights: Option<&'a [f64]>,
    with_sums: bool,
    idle: &'a Pool<Moments>,
    workspaces: &'a Pool<Workspace>,
}

impl Incomplete {
    /// For images (D x S); none where no pixel is missing.
    pub fn of(images: &DMatrix<f64>) -> Option<Self> {
        (!is_complete(images)).then(|| Self {
            masks: Masks::of(images),
            precisions: Vec::new(),
            sums: Vec::new(),
            idle: Pool::default(),
            workspaces: Pool::default(),
        })
    }

    /// Evaluates images (D x S, and their weights, if they have any), the same ones every time: log p(x_o) and the component of largest responsibility of each;
    /// and what the M-step needs, about the means, where that is asked for. `covariances` are those of `components`
    /// (lower triangles; the identity where there is no factor).
    pub fn run<'a>(
        &mut self,
        (images, weights): (&DMatrix<f64>, Option<&[f64]>),
        components: &'a [Component],
        covariances: &[&'a DMatrix<f64>],
        with_sums: bool,
        log_density: &mut Vec<f64>,
        assignments: &mut Vec<u32>,
    ) {
        self.invert(components, covariances);
        let gaussians: Vec<Gaussian<'_>> = components
            .iter()
            .zip(covariances)
            .zip(&self.precisions)
            .map(|((component, covariance), precision)| Gaussian {
                component,
                covariance,
                precision: &precision.matrix,
                is_sound: precision.is_sound,
            })
            .collect();
        log_density.resize(images.ncols(), 0.0);
        if assignments.len() != images.ncols() {
            *assignments = nearest(images, components);
        }
        let (idle, workspaces) = (&self.idle, &self.workspaces);
        let pass = Pass { images, gaussians: &gaussians, weights, with_sums, idle, workspaces };
        let pairs = assignments.iter().zip(0..).map(|(&k, image)| (k as usize, image, None));
        let mut parts = pass.over_all(&self.masks.groups(components.len(), pairs));
        for found in parts.iter().flat_map(|part| &part.found) {
            log_density[found.image as usize] = found.log_density;
            assignments[found.image as usize] = found.assigned;
        }
        let left: Vec<_> = parts.iter().flat_map(|part| &part.left).copied().collect();
        let left = left.into_iter().map(|(k, image, weight)| (k, image, Some(weight)));
        let second = pass.over_all(&self.masks.groups(components.len(), left));
        for (part, second) in parts.iter_mut().zip(second) {
            part.sums = pass.merged(part.sums.take(), second.sums);
        }
        self.sums = parts.into_iter().map(|part| part.sums).collect();
    }

    /// P of the components that changed. Cost: 2 D^3 / 3 flops each.
    fn invert(&mut self, components: &[Component], covariances: &[&DMatrix<f64>]) {
        self.precisions.resize_with(components.len(), Precision::default);
        let each = self.precisions.par_iter_mut().zip(components).zip(covariances).with_max_len(1);
        each.for_each(|((precision, component), covariance)| {
            let Some(lower) =
                component.lower().filter(|_| precision.generation != Some(component.generation))
            else {
                return;
            };
            precision.generation = Some(component.generation);
            let dim = lower.nrows();
            if precision.matrix.nrows() != dim {
                precision.matrix = DMatrix::zeros(dim, dim);
            }
            let mut inverse = DMatrix::zeros(dim, dim);
            linalg::inverse_of_factor(&mut precision.matrix, lower, &mut inverse);
            let largest = |matrix: &DMatrix<f64>| (0..dim).map(|i| matrix[(i, i)]).fold(0.0, f64::max);
            precision.is_sound = largest(&precision.matrix) * largest(covariance) < CONDITION;
        });
    }

    /// Writes what the last pass found of component `k` into `moments`; `false`, and no more than the count, where no
    /// image belongs to it.
    pub fn unpack(&self, k: usize, moments: &mut Moments) -> bool {
        moments.count = 0.0;
        if let Some(Some(sums)) = self.sums.get(k) {
            moments.copy_from(sums);
        }
        moments.count > 0.0
    }

    /// Takes back the memory of the sums.
    pub fn forget(&mut self) {
        self.sums.drain(..).flatten().for_each(|sums| self.idle.give(sums));
    }
}

/// The component whose mean is nearest to the observed pixels of each image: the first assignments, which any others could be.
fn nearest(images: &DMatrix<f64>, components: &[Component]) -> Vec<u32> {
    let columns = images.as_slice().par_chunks(images.nrows().max(1));
    let distance = |image: &[f64], component: &Component| -> f64 {
        let differences = image.iter().zip(&component.mean).map(|(pixel, mean)| pixel - mean);
        differences.filter(|difference| !difference.is_nan()).map(|difference| difference * difference).sum()
    };
    columns
        .map(|image| {
            let distances = components.iter().map(|component| distance(image, component));
            let nearest =
                |(best, at), (k, distance)| if distance < best { (distance, k) } else { (best, at) };
            (0..)
                .zip(distances)
                .fold((f64::INFINITY, 0), |best, (k, distance)| nearest(best, (k, distance)))
                .1
        })
        .collect()
}

impl Pass<'_> {
    /// What was found of the groups of each component.
    fn over_all(&self, groups: &[Vec<Group>]) -> Vec<Part> {
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

    fn merged(&self, first: Option<Moments>, second: Option<Moments>) -> Option<Moments> {
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
