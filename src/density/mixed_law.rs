//! Laws by name, and mixtures of them: `0.3*normal(-2, 1) + 0.7*normal(2, 0.5)`.

mod family;
mod parse;

use rand::{Rng, RngExt};

use super::bisection::bisect;
use super::{Fault, Law};
pub use family::Family;

/// The mass that each end of the range leaves out.
const TAIL: f64 = 1e-17;

/// sum_k w_k p_k(x), with weights w_k > 0 that sum to 1.
#[derive(Debug, Clone)]
pub struct MixedLaw {
    text: String,
    parts: Vec<(f64, Family)>,
    range: (f64, f64),
}

impl MixedLaw {
    /// The law that `text` writes: terms `weight*name(parameters)` between +, the weight 1 where it is left out.
    ///
    /// # Errors
    /// The first mistake, with its place: an unknown name, parameters out of their range, weights that do not sum to
    /// 1, more than 20 terms.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let parts = parse::parse(text)?;
        let mut law = Self { text: text.trim().to_owned(), parts, range: (0.0, 0.0) };
        law.find_range();
        Ok(law)
    }

    fn find_range(&mut self) {
        let (from, to) = self.support();
        let low = || first(|x| self.distribution(x) > TAIL).next_down();
        let high = || first(|x| self.survival(x) <= TAIL);
        self.range = (if from.is_finite() { from } else { low() }, if to.is_finite() { to } else { high() });
    }

    /// The text, as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The smallest interval with all the mass; its ends may be infinite.
    pub fn support(&self) -> (f64, f64) {
        self.parts
            .iter()
            .map(|(_, family)| family.support())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(from, to), (a, b)| (from.min(a), to.max(b)))
    }

    /// A finite interval: the support where that ends, else one that leaves out a mass of at most 1e-17 at each end.
    pub fn range(&self) -> (f64, f64) {
        self.range
    }

    /// P(X > x), without cancellation in the upper tail.
    pub fn survival(&self, x: f64) -> f64 {
        self.parts.iter().map(|(weight, family)| weight * family.survival(x)).sum()
    }

    /// P(a < X <= b), from the tail in which it does not cancel.
    pub fn mass(&self, a: f64, b: f64) -> f64 {
        let below = self.distribution(a);
        let mass =
            if below < 0.5 { self.distribution(b) - below } else { self.survival(a) - self.survival(b) };
        mass.max(0.0)
    }

    /// The smallest x with P(X <= x) >= p, to the last bit, within the range.
    pub fn quantile(&self, p: f64) -> f64 {
        first(|x| self.distribution(x) >= p).clamp(self.range.0, self.range.1)
    }

    /// Points at which the density jumps, has a kink or is unbounded, ascending.
    pub fn breaks(&self) -> Vec<f64> {
        let mut breaks: Vec<f64> = self.parts.iter().flat_map(|(_, family)| family.breaks()).collect();
        breaks.retain(|x| x.is_finite());
        breaks.sort_by(f64::total_cmp);
        breaks.dedup();
        breaks
    }

    /// Mean and variance; none where an integral of them does not exist.
    pub fn moments(&self) -> Option<(f64, f64)> {
        let mut mean = 0.0;
        let mut second = 0.0;
        for (weight, family) in &self.parts {
            let (m, v) = family.moments()?;
            mean += weight * m;
            second += weight * (v + m * m);
        }
        Some((mean, second - mean * mean))
    }
}

impl Default for MixedLaw {
    /// N(0, 1).
    fn default() -> Self {
        let mut law = Self {
            text: "normal(0, 1)".to_owned(),
            parts: vec![(1.0, Family::Normal(0.0, 1.0))],
            range: (0.0, 0.0),
        };
        law.find_range();
        law
    }
}

/// Laws are equal where their texts are.
impl PartialEq for MixedLaw {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Law for MixedLaw {
    fn density(&self, x: f64) -> f64 {
        self.parts.iter().fold(0.0, |sum, (weight, family)| sum + weight * family.density(x))
    }
    fn distribution(&self, x: f64) -> f64 {
        self.parts.iter().fold(0.0, |sum, (weight, family)| sum + weight * family.distribution(x))
    }
    fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        let mut left: f64 = if self.parts.len() > 1 { rng.random() } else { 0.0 };
        for (weight, family) in &self.parts {
            left -= weight;
            if left < 0.0 {
                return family.draw(rng);
            }
        }
        self.parts.last().map_or(f64::NAN, |(_, family)| family.draw(rng))
    }
}

/// The smallest finite number at which `holds`, which holds from some number on.
fn first(holds: impl Fn(f64) -> bool) -> f64 {
    bisect(f64::MIN, f64::MAX, holds)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::{SeedableRng, rngs::ChaCha8Rng};

    use super::super::{distance, integrate, p_value};
    use super::*;

    const ALL: &[&str] = &[
        "normal(0, 1)",
        "normal(-3, 0.2)",
        "uniform(-1, 2)",
        "exponential(2)",
        "gamma(3, 0.5)",
        "beta(2, 3)",
        "student(3)",
        "cauchy(1, 2)",
        "laplace(0, 1)",
        "logistic(1, 0.5)",
        "lognormal(0, 0.5)",
        "0.3*normal(-2,1) + 0.7*normal(2,0.5)",
    ];

    #[test]
    fn densities_distributions_and_draws_agree() {
        for text in ALL {
            let law = MixedLaw::parse(text).unwrap();
            let mut rng = ChaCha8Rng::seed_from_u64(1);
            let draws: Vec<f64> = (0..20_000).map(|_| law.draw(&mut rng)).collect();
            let p = p_value(distance(&draws, |x| law.distribution(x)), draws.len());
            assert!(p > 1e-4, "{text}: {p}");
            let (a, b) = (law.quantile(0.2), law.quantile(0.7));
            let mut cuts = law.breaks();
            cuts.retain(|&x| a < x && x < b);
            cuts.insert(0, a);
            cuts.push(b);
            let mass: f64 =
                cuts.windows(2).map(|c| integrate(|x| law.density(x), c[0], c[1]).unwrap().value).sum();
            assert!((mass - 0.5).abs() < 1e-9, "{text}: {mass}");
            assert!((law.mass(a, b) - 0.5).abs() < 1e-9, "{text}");
            for x in [-1.5, 0.3, 0.9, 4.0] {
                assert!((law.distribution(x) + law.survival(x) - 1.0).abs() < 1e-12, "{text} at {x}");
            }
            if let Some((mean, variance)) = law.moments().filter(|_| *text != "student(3)") {
                let found = draws.iter().sum::<f64>() / draws.len() as f64;
                assert!(
                    (found - mean).abs() < 5.0 * (variance / draws.len() as f64).sqrt(),
                    "{text}: {found} {mean}"
                );
            }
        }
    }

    #[test]
    fn values_of_scipy() {
        // scipy.stats: gamma(3, scale=2), beta(2, 3), t(3), cauchy.
        for (text, x, pdf, cdf) in [
            ("gamma(3, 0.5)", 4.0, 0.135_335_283_236_612_7, 0.323_323_583_816_936_3),
            ("beta(2, 3)", 0.4, 1.728, 0.524_8),
            ("student(3)", 1.0, 0.206_748_335_783_172_03, 0.804_498_890_522_115),
            ("cauchy(0, 1)", 1.0, 0.159_154_943_091_895_35, 0.75),
        ] {
            let law = MixedLaw::parse(text).unwrap();
            assert!((law.density(x) / pdf - 1.0).abs() < 1e-11, "{text}: {}", law.density(x));
            assert!((law.distribution(x) / cdf - 1.0).abs() < 1e-10, "{text}: {}", law.distribution(x));
        }
    }

    #[test]
    fn student_has_its_digits_near_the_centre() {
        let law = MixedLaw::parse("student(3)").unwrap();
        for x in [1e-12, 1e-9, 1e-4] {
            // 2 / (pi sqrt 3) is the density at 0.
            let expected = x * 2.0 / (std::f64::consts::PI * 3f64.sqrt());
            for x in [x, -x] {
                let found = (law.distribution(x) - 0.5).abs();
                assert!((found - expected).abs() < 1e-8 * expected + 2e-16, "{x}: {found}, {expected}");
            }
        }
        assert!(law.quantile(0.5).abs() < 1e-15, "{}", law.quantile(0.5));
    }

    #[test]
    fn mistakes_have_a_place() {
        for (text, position, word) in [
            ("norml(0,1)", 0, "norml"),
            ("normal(0)", 8, ","),
            ("normal(0,-1)", 0, "deviation"),
            ("uniform(2, 1)", 0, "uniform"),
            ("0.3*normal(0,1) + 0.6*normal(1,1)", 0, "sum"),
            ("0.5*normal(0,1) + ", 18, "law"),
            ("normal(0,1) x", 12, "+"),
            ("", 0, "law"),
        ] {
            let fault = MixedLaw::parse(text).unwrap_err();
            assert_eq!(fault.position, position, "{fault}");
            assert!(fault.message.contains(word), "{fault}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        #[test]
        fn any_text_is_a_law_or_a_fault_within_it(text in "(normal|beta|cauchy|gamma)\\([0-9.e+-]{0,6},[0-9.e-]{0,6}\\)|\\PC{0,30}") {
            match MixedLaw::parse(&text) {
                Ok(law) => prop_assert!(law.range().0 <= law.range().1, "{:?}", law.range()),
                Err(fault) => prop_assert!(fault.position <= text.chars().count()),
            }
        }
    }
}
