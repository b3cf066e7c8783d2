//! What the M-step of a family needs from tiles of images: sums that add up.
//!
//! Of component k they are about the current mean, in units of the current noise: for y = diag(psi)^(-1/2) (x - mu) they are
//! N = sum_s w_s, sum_s w_s y_s, sum_s w_s y_s^2 (pixel by pixel) and, of a factor analyser, sum_s w_s E[z|x_s] y_s^T,
//! sum_s w_s E[z|x_s] E[z|x_s]^T and sum_s w_s E[z|x_s]. psi is 1 in other families.

use nalgebra::{DMatrix, DVector};

use super::tile::{TILE, Tile};
use crate::linalg;
use crate::linalg::wide::{Kernel, wide};
use crate::mixture::covariance::LowRankFactor;

/// What the sums of a component are about.
#[derive(Debug, Clone)]
pub(super) struct Basis {
    /// mu, D.
    pub mean: DVector<f64>,
    /// psi^(-1/2), D.
    pub precisions: DVector<f64>,
    /// The factor analyser, where it is one.
    pub analyser: Option<LowRankFactor>,
}

/// The sums of one component.
#[derive(Debug, Clone)]
pub(super) struct Sums {
    /// N.
    pub count: f64,
    /// sum_s w_s y_s, D.
    pub first: DVector<f64>,
    /// sum_s w_s y_s^2, D.
    pub squares: DVector<f64>,
    /// Of the factors.
    pub factors: Option<FactorSums>,
    /// Images with their responsibilities, where they are asked for.
    pub members: Vec<(u32, f64)>,
}

/// Sums of E[z|x_s], R of them.
#[derive(Debug, Clone)]
pub(super) struct FactorSums {
    /// sum_s w_s E[z|x_s] y_s^T, R x D.
    pub cross: DMatrix<f64>,
    /// sum_s w_s E[z|x_s] E[z|x_s]^T, R x R.
    pub gram: DMatrix<f64>,
    /// sum_s w_s E[z|x_s], R.
    pub sum: DVector<f64>,
    /// sum_s w_s Cov[z|x_s], R x R, where that is not N M^-1, as pixels are missing.
    pub covariance: Option<DMatrix<f64>>,
}

/// What is taken of some tiles.
#[derive(Debug, Default)]
pub(super) struct TileSums {
    /// The sums of every component; none for a component without images.
    pub each: Vec<Option<Sums>>,
    /// Under tied covariances and where pixels are missing, the expected sum_k sum_s w_sk (x_s - mu_k)(x_s - mu_k)^T, its lower triangle.
    pub scatter: Option<DMatrix<f64>>,
}

impl TileSums {
    /// Adds what `other` saw of later images.
    pub fn merge(mut self, other: Self) -> Self {
        self.each = Sums::merge(self.each, other.each);
        if let (Some(scatter), Some(other)) = (&mut self.scatter, other.scatter) {
            *scatter += other;
        }
        self
    }
}

impl Sums {
    /// Of no images.
    pub fn new(basis: &Basis) -> Self {
        let dim = basis.mean.len();
        let of_rank = |rank: usize| FactorSums {
            cross: DMatrix::zeros(rank, dim),
            gram: DMatrix::zeros(rank, rank),
            sum: DVector::zeros(rank),
            covariance: None,
        };
        Self {
            count: 0.0,
            first: DVector::zeros(dim),
            squares: DVector::zeros(dim),
            factors: basis.analyser.as_ref().map(|analyser| of_rank(analyser.rank())),
            members: Vec::new(),
        }
    }

    /// Of a tile, for every component, each image as often as its weight says; `listed` says whose members are noted. Cost: a few D, and 4 D R flops, for every
    /// responsibility that is not zero. None for a component without images.
    pub fn of(
        tile: &Tile<'_>,
        image_weights: Option<&[f64]>,
        bases: &[Basis],
        listed: &[bool],
    ) -> Vec<Option<Self>> {
        let Some(dim) = bases.first().map(|basis| basis.mean.len()) else { return Vec::new() };
        let mut whitened = DMatrix::zeros(dim, TILE);
        let of_one = |(k, basis): (usize, &Basis)| {
            let weights = tile.responsibilities.row(k);
            let images = tile.images.chunks_exact(dim).zip(weights.iter()).enumerate();
            let times = |n: usize| image_weights.map_or(1.0, |weights| weights[tile.first + n]);
            let weighted = images.map(|(n, (image, &weight))| (n, image, weight * times(n)));
            let members: Vec<_> = weighted.filter(|&(_, _, weight)| weight > 0.0).collect();
            if members.is_empty() {
                return None;
            }
            let mut sums = Self::new(basis);
            let columns = whitened.as_mut_slice().chunks_exact_mut(dim);
            for (&(n, image, weight), y) in members.iter().zip(columns) {
                linalg::scaled_difference(y, image, basis.mean.as_slice(), basis.precisions.as_slice());
                let (first, squares) = (sums.first.as_mut_slice(), sums.squares.as_mut_slice());
                wide(Adding { first, squares, y, weight });
                sums.count += weight;
                if listed[k] {
                    sums.members.push(((tile.first + n) as u32, weight));
                }
            }
            if let (Some(analyser), Some(factors)) = (&basis.analyser, &mut sums.factors) {
                let expected = analyser.expected_factors(&whitened, members.len());
                let mut weighted = expected.clone();
                for (mut column, &(_, _, weight)) in weighted.column_iter_mut().zip(&members) {
                    column *= weight;
                    factors.sum += &column;
                }
                linalg::add_product_transposed(&mut factors.cross, &weighted, &whitened, members.len());
                linalg::add_product_transposed(&mut factors.gram, &weighted, &expected, members.len());
            }
            Some(sums)
        };
        bases.iter().enumerate().map(of_one).collect()
    }

    /// Adds, component by component, what `other` saw of later images.
    fn merge(mut all: Vec<Option<Self>>, other: Vec<Option<Self>>) -> Vec<Option<Self>> {
        for (sums, other) in all.iter_mut().zip(other) {
            match (sums.as_mut(), other) {
                (Some(sums), Some(other)) => sums.add(other),
                (None, other) => *sums = other,
                (Some(_), None) => {}
            }
        }
        all
    }

    fn add(&mut self, other: Self) {
        self.count += other.count;
        self.first += other.first;
        self.squares += other.squares;
        self.members.extend(other.members);
        if let (Some(factors), Some(other)) = (&mut self.factors, other.factors) {
            factors.cross += other.cross;
            factors.gram += other.gram;
            factors.sum += other.sum;
            factors.covariance = match (factors.covariance.take(), other.covariance) {
                (Some(sum), Some(other)) => Some(sum + other),
                (sum, other) => sum.or(other),
            };
        }
    }
}

/// Adds w y and w y^2.
struct Adding<'a> {
    first: &'a mut [f64],
    squares: &'a mut [f64],
    y: &'a [f64],
    weight: f64,
}

impl Kernel for Adding<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for ((first, square), y) in self.first.iter_mut().zip(self.squares).zip(self.y) {
            let weighted = self.weight * y;
            *first += weighted;
            *square += weighted * y;
        }
    }
}
