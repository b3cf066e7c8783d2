//! Pairs of a law and a map that each show something, with the closed form of p_Z where it has a name.

use std::f64::consts::PI;

use super::{Pair, chi_square_density};

/// A density with its name.
pub type ClosedForm = (&'static str, fn(f64) -> f64);

/// A law and a map, and what to look for.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// The law of X.
    pub law: &'static str,
    /// f.
    pub map: &'static str,
    /// What to look for, in a sentence.
    pub look_for: &'static str,
    /// The name of the law of Z, and its density.
    pub closed_form: Option<ClosedForm>,
}

const fn example(
    law: &'static str,
    map: &'static str,
    closed_form: Option<ClosedForm>,
    look_for: &'static str,
) -> Example {
    Example { law, map, look_for, closed_form }
}

fn log_normal(z: f64) -> f64 {
    if z > 0.0 { (-0.5 * z.ln().powi(2)).exp() / (z * (2.0 * PI).sqrt()) } else { 0.0 }
}

fn half_normal(z: f64) -> f64 {
    if z >= 0.0 { 2.0 * (-0.5 * z * z).exp() / (2.0 * PI).sqrt() } else { 0.0 }
}

fn arcsine(z: f64) -> f64 {
    if z.abs() < 1.0 { 1.0 / (PI * ((1.0 - z) * (1.0 + z)).sqrt()) } else { 0.0 }
}

fn exponential(z: f64) -> f64 {
    if z >= 0.0 { (-z).exp() } else { 0.0 }
}

fn cauchy(z: f64) -> f64 {
    1.0 / (PI * (1.0 + z * z))
}

fn logistic(z: f64) -> f64 {
    0.25 / (z / 2.0).cosh().powi(2)
}

fn rayleigh(z: f64) -> f64 {
    if z >= 0.0 { z * (-0.5 * z * z).exp() } else { 0.0 }
}

fn triangular(z: f64) -> f64 {
    (1.0 - z.abs()).max(0.0)
}

fn uniform(z: f64) -> f64 {
    if (0.0..=1.0).contains(&z) { 1.0 } else { 0.0 }
}

/// The pairs; the first is the built-in one.
pub static EXAMPLES: &[Example] = &[
    example(
        "normal(0, 1)",
        "x^2",
        Some(("chi-square", chi_square_density)),
        "Two preimages, -√z and √z. p_Z grows without bound at 0, where f' = 0, and its integral is 1 all the same.",
    ),
    example(
        "normal(0, 1)",
        "exp(x)",
        Some(("log-normal", log_normal)),
        "One preimage, log z, and f' = z: the right tail is stretched, and mean and mode part.",
    ),
    example(
        "normal(0, 1)",
        "x^3 - 3x",
        None,
        "Three preimages between the critical values -2 and 2, one outside; p_Z is unbounded at both.",
    ),
    example(
        "normal(0, 1)",
        "abs(x)",
        Some(("half-normal", half_normal)),
        "A kink instead of a turning point: |f'| = 1 up to it, so the density is folded without a singularity.",
    ),
    example(
        "normal(0, 1)",
        "max(x, 0)",
        None,
        "The flat piece becomes a point mass of 1/2 at 0: the integral of p_Z is 1 minus that mass.",
    ),
    example(
        "uniform(0, 6.283185307179586)",
        "sin(x)",
        Some(("arcsine", arcsine)),
        "A sine at a random moment: most of the time is spent at the turning points, where p_Z is unbounded.",
    ),
    example(
        "uniform(0, 1)",
        "-log(x)",
        Some(("exponential", exponential)),
        "The inverse of a distribution function applied to uniform draws: how exponential draws are made.",
    ),
    example(
        "uniform(0, 1)",
        "log(x/(1 - x))",
        Some(("logistic", logistic)),
        "The log-odds of a uniform probability: a bounded law becomes one on the whole line.",
    ),
    example(
        "logistic(0, 1)",
        "1/(1 + exp(-x))",
        Some(("uniform", uniform)),
        "f is the distribution function of X itself: Z is uniform, as p_X/f' = 1 everywhere.",
    ),
    example(
        "uniform(-1.5707963267948966, 1.5707963267948966)",
        "tan(x)",
        Some(("Cauchy", cauchy)),
        "A random angle gives a tail so heavy that the mean does not exist.",
    ),
    example(
        "uniform(-3, 3.283185307179586)",
        "sin(x)/cos(x)",
        Some(("Cauchy", cauchy)),
        "The ratio of the coordinates of a random direction: poles split the support, every z has two preimages.",
    ),
    example(
        "cauchy(0, 1)",
        "1/x",
        Some(("Cauchy", cauchy)),
        "The law is its own image: what the pole at 0 makes large, the tails make small.",
    ),
    example(
        "exponential(0.5)",
        "sqrt(x)",
        Some(("Rayleigh", rayleigh)),
        "f' is infinite at 0, so that p_Z starts at 0 although p_X is greatest there.",
    ),
    example(
        "uniform(-1, 1)",
        "x < 0 ? sqrt(1 + x) - 1 : 1 - sqrt(1 - x)",
        Some(("triangular", triangular)),
        "Two branches that meet at 0: a flat density becomes a triangle.",
    ),
    example(
        "exponential(1)",
        "floor(x)",
        None,
        "Steps alone: Z has no density, only point masses, and they fall geometrically by 1/e.",
    ),
    example(
        "normal(0, 1)",
        "x + sign(x)",
        None,
        "A jump of f leaves a gap in the support of Z: between -1 and 1 there is no preimage, and p_Z = 0.",
    ),
    example(
        "normal(0, 1)",
        "log(x)",
        None,
        "f is not defined for half of the mass: the integral of p_Z is 1/2, and the checks say so.",
    ),
    example(
        "normal(0, 1)",
        "sin(3x)",
        None,
        "Preimages by the dozen, all with terms that are unbounded at -1 and 1; those far out add nothing.",
    ),
    example(
        "0.3*normal(-2, 1) + 0.7*normal(2, 0.5)",
        "x^2",
        None,
        "Two bumps folded onto one another: the terms of the two preimages differ, and the sum has one mode at 4.",
    ),
    example(
        "uniform(0, 1)",
        "sin(1/x)",
        None,
        "Infinitely many pieces near 0: the search is cut off, and the mass without proof is stated.",
    ),
];

/// The example of this law and this map, spaces apart.
pub(super) fn find(pair: &Pair) -> Option<&'static Example> {
    let same = |a: &str, b: &str| {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<String>();
        words(a) == words(b)
    };
    EXAMPLES.iter().find(|example| same(example.law, pair.law.text()) && same(example.map, pair.map.text()))
}

#[cfg(test)]
mod tests {
    use super::super::{Expression, MixedLaw};
    use super::*;

    #[test]
    fn twenty_pairs_parse_and_differ() {
        assert_eq!(EXAMPLES.len(), 20);
        for example in EXAMPLES {
            let law = MixedLaw::parse(example.law).unwrap();
            let found = Pair::new(law, Expression::parse(example.map).unwrap());
            assert!(std::ptr::eq(find(&found).unwrap(), example), "{}", example.map);
            assert!(
                example.look_for.ends_with('.') && example.look_for.chars().count() <= 150,
                "{}",
                example.map
            );
        }
    }
}
