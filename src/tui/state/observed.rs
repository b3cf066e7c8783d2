//! What is observed of the images on the Restore tab: the kind, its strength, the noise. No image, no model; the mask has an editor of its
//! own.

use std::sync::Arc;

use super::mask_editor::Setting;
use crate::data::ImageShape;
use crate::inverse::{Blur, Composition, Mask, Matrix, Observation, Operator, Reduction};
use crate::study::Purpose;

/// A kind of observation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ObservationKind {
    /// Some pixels.
    #[default]
    Mask,
    /// Every pixel, with noise.
    Noise,
    /// A Gaussian blur.
    Blur,
    /// Some pixels of the blurred image.
    MaskedBlur,
    /// The means of blocks.
    Reduce,
    /// Random projections.
    Project,
    /// What the command line gives.
    Given,
}

impl ObservationKind {
    /// Every kind, in order; the last only where the command line gives one.
    pub const ALL: [Self; 7] =
        [Self::Mask, Self::Noise, Self::Blur, Self::MaskedBlur, Self::Reduce, Self::Project, Self::Given];
    /// Their names, in order.
    pub const NAMES: [&str; 7] = ["mask", "noise", "blur", "blur+mask", "reduce", "project", "given"];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// Whether it takes the pixels of the mask that is edited.
    pub fn is_masked(self) -> bool {
        matches!(self, Self::Mask | Self::MaskedBlur)
    }
}

/// Makes an operator for images of a shape.
pub type OperatorMaker = dyn Fn(ImageShape) -> Result<Operator, String> + Send + Sync;

/// An observation that the command line gives: its words, and what makes its operator.
#[derive(Clone)]
pub struct Given {
    /// "blur:1+mask:0.5".
    pub words: String,
    /// Makes it.
    pub make: Arc<OperatorMaker>,
    /// The standard deviation of its noise.
    pub noise: f64,
}

impl std::fmt::Debug for Given {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Given").field(&self.words).field(&self.noise).finish()
    }
}

/// The steps of the noise's slider.
const NOISES: [f64; 15] =
    [0.0, 0.001, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 1.0];

/// What is observed.
#[derive(Debug, Clone)]
pub struct Observed {
    kind: ObservationKind,
    /// The standard deviation of the blur, in tenths of a pixel.
    blur: usize,
    /// Which of the factors.
    factor: usize,
    /// Projections, in percent of the pixels.
    projections: usize,
    /// The step of the noise, of each kind.
    noise: [usize; 7],
    /// What the command line gives.
    given: Option<Given>,
    /// How often other projections were asked for.
    repeat: u32,
    version: u64,
}

impl Observed {
    /// A mask without noise; what the command line gives is one of the kinds, and the first.
    pub fn new(given: Option<Given>) -> Self {
        let kind = if given.is_some() { ObservationKind::Given } else { ObservationKind::Mask };
        let version = u64::from(given.is_some());
        let noise = given.as_ref().map_or(0, |given| step_of(given.noise));
        Self {
            kind,
            blur: 10,
            factor: 0,
            projections: 10,
            noise: [0, 7, 2, 2, 0, 0, noise],
            given,
            repeat: 0,
            version,
        }
    }

    /// The kind.
    pub fn kind(&self) -> ObservationKind {
        self.kind
    }

    /// The kinds there are.
    pub fn kinds(&self) -> &'static [ObservationKind] {
        if self.given.is_some() { &ObservationKind::ALL } else { &ObservationKind::ALL[..6] }
    }

    /// Grows with every change; 0 before the first.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Chooses a kind.
    pub fn choose(&mut self, kind: ObservationKind) {
        if kind != self.kind && self.kinds().contains(&kind) {
            self.kind = kind;
            self.version += 1;
        }
    }

    /// Chooses the kind `by` places further, around the ends.
    pub fn turn(&mut self, by: isize) {
        let kinds = self.kinds();
        self.choose(kinds[(self.kind as usize + kinds.len()).saturating_add_signed(by) % kinds.len()]);
    }

    /// The standard deviation of the noise.
    pub fn noise(&self) -> f64 {
        let step = self.noise[self.kind as usize];
        match &self.given {
            Some(given) if self.kind == ObservationKind::Given && step == step_of(given.noise) => given.noise,
            _ => NOISES[step],
        }
    }

    /// What the noise's slider sets, in steps.
    pub fn noise_setting(&self) -> Setting {
        Setting { label: "noise", low: 0, high: NOISES.len() - 1, value: self.noise[self.kind as usize] }
    }

    /// Moves the noise's slider to a step.
    pub fn set_noise(&mut self, step: usize) {
        let step = step.min(NOISES.len() - 1);
        let noise = &mut self.noise[self.kind as usize];
        if *noise != step {
            *noise = step;
            self.version += 1;
        }
    }

    /// Moves the noise's slider by steps.
    pub fn adjust_noise(&mut self, by: isize) {
        self.set_noise(self.noise_setting().value.saturating_add_signed(by));
    }

    /// What the first slider sets, where it is not the mask's: the noise has its own alone, and what is given has none.
    pub fn setting(&self, shape: ImageShape) -> Option<Setting> {
        Some(match self.kind {
            ObservationKind::Blur => Setting { label: "blur", low: 0, high: 40, value: self.blur },
            ObservationKind::Reduce => {
                let count = factors(shape).len();
                Setting { label: "factor", low: 0, high: count - 1, value: self.factor.min(count - 1) }
            }
            ObservationKind::Project => {
                Setting { label: "share", low: 1, high: 100, value: self.projections }
            }
            _ => return None,
        })
    }

    /// Moves the first slider to a value.
    pub fn set(&mut self, shape: ImageShape, value: usize) {
        let Some(setting) = self.setting(shape) else { return };
        let value = value.clamp(setting.low, setting.high);
        if value != setting.value {
            match self.kind {
                ObservationKind::Blur => self.blur = value,
                ObservationKind::Reduce => self.factor = value,
                _ => self.projections = value,
            }
            self.version += 1;
        }
    }

    /// Asks for other random projections; false where there are none.
    pub fn redraw(&mut self) -> bool {
        let is_drawn = self.kind == ObservationKind::Project;
        self.repeat += u32::from(is_drawn);
        self.version += u64::from(is_drawn);
        is_drawn
    }

    /// The value of the first slider in words, for images of this shape.
    pub fn words(&self, shape: ImageShape) -> String {
        match self.kind {
            ObservationKind::Blur | ObservationKind::MaskedBlur => match self.deviation() {
                1.0 => "1 pixel".to_owned(),
                deviation => format!("{deviation} pixels"),
            },
            ObservationKind::Reduce => format!("{0} × {0} pixels in one", self.reduction(shape)),
            ObservationKind::Project => format!("{} of {}", self.count(shape), shape.len()),
            ObservationKind::Given => {
                self.given.as_ref().map_or_else(String::new, |given| given.words.clone())
            }
            _ => String::new(),
        }
    }

    /// A and the noise, for images of the shape of `mask`, which kinds with a mask take.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn observation(&self, mask: &Mask, seed: u64) -> Result<Observation, String> {
        let shape = mask.shape();
        let masked = || Operator::Mask(mask.clone());
        let blur = || Blur::gaussian(shape, self.deviation()).map(Operator::Blur);
        let operator = match (self.kind, &self.given) {
            (ObservationKind::Given, Some(given)) => Ok((given.make)(shape)?),
            (ObservationKind::Mask | ObservationKind::Given, _) => Ok(masked()),
            (ObservationKind::Noise, _) => Ok(Operator::Identity(shape)),
            (ObservationKind::Blur, _) => blur(),
            (ObservationKind::MaskedBlur, _) => {
                blur().and_then(|blur| Composition::new(blur, vec![masked()])).map(Operator::Composition)
            }
            (ObservationKind::Reduce, _) => {
                Reduction::new(shape, self.reduction(shape)).map(Operator::Reduction)
            }
            (ObservationKind::Project, _) => {
                let mut generator = Purpose::Masks.generator(seed, self.repeat);
                Ok(Operator::Matrix(Matrix::random(shape, self.count(shape), &mut generator)))
            }
        };
        let observation = operator.and_then(|operator| Observation::new(operator, self.noise()));
        observation.map_err(|error| error.to_string())
    }

    fn deviation(&self) -> f64 {
        self.blur as f64 / 10.0
    }

    fn reduction(&self, shape: ImageShape) -> usize {
        let factors = factors(shape);
        factors[self.factor.min(factors.len() - 1)]
    }

    fn count(&self, shape: ImageShape) -> usize {
        (shape.len() * self.projections / 100).max(1)
    }
}

impl Default for Observed {
    fn default() -> Self {
        Self::new(None)
    }
}

/// The step of the noise's slider that is nearest.
fn step_of(noise: f64) -> usize {
    let apart = |step: &usize| (NOISES[*step] - noise).abs();
    (0..NOISES.len()).min_by(|a, b| apart(a).total_cmp(&apart(b))).unwrap_or(0)
}

/// The common divisors of rows and columns above 1; 1 where there are none.
fn factors(shape: ImageShape) -> Vec<usize> {
    let least = shape.rows.min(shape.columns);
    let divides = |n: &usize| shape.rows.is_multiple_of(*n) && shape.columns.is_multiple_of(*n);
    let factors: Vec<usize> = (2..=least).filter(divides).collect();
    if factors.is_empty() { vec![1] } else { factors }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inverse::Noise;

    const SHAPE: ImageShape = ImageShape::new(12, 18);

    #[test]
    fn every_kind_has_its_operator_and_keeps_its_strength() {
        let mut observed = Observed::default();
        assert_eq!((observed.kind(), observed.version()), (ObservationKind::Mask, 0));
        let mask = Mask::from_fn(SHAPE, |row, _| row > 1);
        assert_eq!(observed.observation(&mask, 1).unwrap().mask(), Some(&mask));
        let mut counts = Vec::new();
        for _ in 0..5 {
            observed.turn(1);
            let observation = observed.observation(&mask, 1).unwrap();
            counts.push((observation.measurements(), observation.noise().clone()));
        }
        assert_eq!(
            counts,
            [
                (216, Noise::Equal(0.1)),
                (216, Noise::Equal(0.01)),
                (180, Noise::Equal(0.01)),
                (54, Noise::Equal(0.0)),
                (21, Noise::Equal(0.0))
            ]
        );
        observed.turn(1);
        assert_eq!((observed.kind(), observed.version()), (ObservationKind::Mask, 6));
        observed.turn(-2);
        assert_eq!(observed.kind(), ObservationKind::Reduce);
        assert_eq!(factors(SHAPE), [2, 3, 6]);
        observed.set(SHAPE, 9);
        assert_eq!(observed.words(SHAPE), "6 × 6 pixels in one");
        observed.adjust_noise(2);
        let version = observed.version();
        observed.adjust_noise(-20);
        assert_eq!((observed.noise(), observed.version() - version), (0.0, 1));
        observed.adjust_noise(-1);
        assert_eq!(observed.version() - version, 1, "nothing changes at the end");
        assert_eq!(factors(ImageShape::new(1, 7)), [1]);
        // Other projections are others.
        observed.choose(ObservationKind::Project);
        let first = observed.observation(&mask, 1).unwrap();
        assert!(observed.redraw() && observed.observation(&mask, 1).unwrap() != first);
        observed.choose(ObservationKind::Given);
        assert_eq!(observed.kind(), ObservationKind::Project, "nothing is given");
    }

    #[test]
    fn what_the_command_line_gives_comes_first() {
        let make = |shape: ImageShape| Ok(Operator::Identity(shape));
        let given = Given { words: "identity".into(), make: Arc::new(make), noise: 0.21 };
        let observed = Observed::new(Some(given));
        assert_eq!(
            (observed.kind(), observed.noise(), observed.version()),
            (ObservationKind::Given, 0.21, 1)
        );
        assert_eq!(observed.words(SHAPE), "identity");
        let mask = Mask::from_fn(SHAPE, |_, _| true);
        assert_eq!(observed.observation(&mask, 0).unwrap().measurements(), 216);
        assert_eq!(observed.kinds().len(), 7);
    }
}
