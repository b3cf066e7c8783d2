//! Denoising by total variation: the image of least variation near what is measured.

use crate::data::ImageShape;

/// Iterations end when the energy changes by less than this share of its first value.
const TOLERANCE: f64 = 1e-5;

/// Iterations at most.
const MOST: usize = 500;

/// The step of the dual ascent, in two dimensions.
const STEP: f64 = 0.25;

/// The minimum over u of |u - y|^2 / 2 + `weight` * sum |grad u|, with forward differences, of `y` (row by row); y itself where `weight` is 0.
///
/// It is what scikit-image gives for `denoise_tv_chambolle(y, weight, eps=1e-5, max_num_iter=500)`. Cost: some 30 flops a pixel and
/// iteration. Source: Chambolle (2004), An algorithm for total variation minimization and applications.
pub fn total_variation(y: &[f64], shape: ImageShape, weight: f64) -> Vec<f64> {
    if weight <= 0.0 || y.len() != shape.len() || y.is_empty() {
        return y.to_vec();
    }
    // (down, right) of every pixel: the dual variable.
    let mut dual = vec![(0.0, 0.0); y.len()];
    let mut u = y.to_vec();
    let (mut first, mut previous) = (0.0, 0.0);
    for iteration in 0..MOST {
        let mut energy = 0.0;
        if iteration > 0 {
            for pixel in 0..y.len() {
                let divergence = divergence(&dual, shape, pixel);
                u[pixel] = y[pixel] + divergence;
                energy += divergence * divergence;
            }
        }
        for pixel in 0..y.len() {
            let (row, column) = shape.position(pixel);
            let down = if row + 1 < shape.rows { u[pixel + shape.columns] - u[pixel] } else { 0.0 };
            let right = if column + 1 < shape.columns { u[pixel + 1] - u[pixel] } else { 0.0 };
            let norm = down.hypot(right);
            energy += weight * norm;
            let shrink = 1.0 + STEP / weight * norm;
            let (below, beside) = dual[pixel];
            dual[pixel] = ((below - STEP * down) / shrink, (beside - STEP * right) / shrink);
        }
        if iteration == 0 {
            first = energy;
        } else if (previous - energy).abs() < TOLERANCE * first {
            break;
        }
        previous = energy;
    }
    u
}

/// Minus the dual variable's outflow at a pixel.
fn divergence(dual: &[(f64, f64)], shape: ImageShape, pixel: usize) -> f64 {
    let (row, column) = shape.position(pixel);
    let above = if row > 0 { dual[pixel - shape.columns].0 } else { 0.0 };
    let before = if column > 0 { dual[pixel - 1].1 } else { 0.0 };
    above + before - dual[pixel].0 - dual[pixel].1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_keeps_its_place_and_loses_the_closed_form() {
        // Of a step from 0 to 1 in n + n pixels of a row, each side moves by weight / n.
        let y: Vec<f64> = (0..10).map(|i| f64::from(i >= 5)).collect();
        let found = total_variation(&y, ImageShape::new(1, 10), 0.5);
        for (i, value) in found.iter().enumerate() {
            let expected = if i < 5 { 0.1 } else { 0.9 };
            assert!((value - expected).abs() < 2e-3, "{found:?}");
        }
        let flat = total_variation(&y, ImageShape::new(1, 10), 50.0);
        assert!(flat.iter().all(|value| (value - 0.5).abs() < 0.02), "{flat:?}");
        assert_eq!(total_variation(&y, ImageShape::new(1, 10), 0.0), y);
        assert!(total_variation(&[], ImageShape::new(0, 0), 1.0).is_empty());
    }
}
