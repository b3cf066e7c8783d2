//! `--observe`: what is observed of an image, in words.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::Result;
use clap::Args;
use gmmscope::data::ImageShape;
use gmmscope::files::read_operator;
use gmmscope::inverse::{Blur, Composition, Mask, Matrix, Observation, Operator, Reduction, Sums};
use gmmscope::study::{Purpose, Settings};
use rand::Rng;

use super::Usage;

/// What the words are, for help.
const HELP: &str = "\
What is observed, y = A x + n:
  mask:F       a share F of the pixels, drawn at random
  masks        the pixels that the array `masks` of --images observes, of each image
  identity     every pixel: with --noise, denoising
  blur:SIGMA   a Gaussian blur; black outside the image
  box:N        the mean of N x N pixels
  motion:N     the mean of N pixels of a row
  reduce:N     the means of blocks of N x N pixels: super-resolution
  project:M    M random projections: compressed sensing
  sums         sums of rows, columns and both diagonals: tomography
  matrix:FILE  any matrix, the array `operator` (m x D) of an npz file
Joined by + they follow one another: blur:1+mask:0.5, blur:1+masks.";

/// The options that say what is observed.
#[derive(Debug, Args)]
pub struct ObserveOptions {
    #[arg(long, value_name = "SPEC", help = "What is observed [default: mask:F, F being --observed]", long_help = HELP)]
    pub observe: Option<Spec>,

    /// The standard deviation of the noise in each measurement
    #[arg(long, value_name = "S", default_value = "0", allow_negative_numbers = true, value_parser = noise)]
    pub noise: f64,
}

impl ObserveOptions {
    /// What is observed.
    pub fn spec(&self, settings: &Settings) -> Spec {
        let mask = || Spec { first: Stage::Mask(settings.observed), then: Vec::new() };
        self.observe.clone().unwrap_or_else(mask)
    }

    /// The file of a matrix.
    pub fn file(&self) -> Option<&Path> {
        self.observe.as_ref()?.file()
    }
}

/// Operators, the first of which is applied first; at least one.
#[derive(Debug, Clone, PartialEq)]
pub struct Spec {
    first: Stage,
    then: Vec<Stage>,
}

#[derive(Debug, Clone, PartialEq)]
enum Stage {
    Mask(f64),
    Masks,
    Identity,
    Blur(f64),
    Box(usize),
    Motion(usize),
    Reduce(usize),
    Project(usize),
    Sums,
    Matrix(PathBuf),
}

impl Spec {
    /// What is observed of images of this shape, with noise: one observation for all; where `settings.mask_per_image` holds and something
    /// is drawn, one for each of `count` images. Masks and projections are drawn by the seed, a mask alone as the study draws it.
    pub fn draw(
        &self,
        settings: &Settings,
        shape: ImageShape,
        count: usize,
        noise: f64,
    ) -> Result<Vec<Observation>> {
        let mut generator = Purpose::Masks.generator(settings.seed, 0);
        let is_drawn = self.stages().any(|stage| matches!(stage, Stage::Mask(_) | Stage::Project(_)));
        let count = if settings.mask_per_image && is_drawn { count } else { 1 };
        let of_image = |_| Ok(Observation::new(self.operator(shape, None, &mut generator)?, noise)?);
        (0..count).map(of_image).collect()
    }

    /// Whether `masks` is a stage: an image has an observation of its own.
    pub fn has_masks(&self) -> bool {
        self.stages().any(|stage| *stage == Stage::Masks)
    }

    /// What is observed of images with these masks, one for each, where `masks` is a stage; the rest as [`Spec::draw`].
    pub fn draw_masked(
        &self,
        settings: &Settings,
        shape: ImageShape,
        masks: &[Mask],
        noise: f64,
    ) -> Result<Vec<Observation>> {
        let mut generator = Purpose::Masks.generator(settings.seed, 0);
        let of_image = |mask| {
            if !settings.mask_per_image {
                generator = Purpose::Masks.generator(settings.seed, 0);
            }
            Ok(Observation::new(self.operator(shape, Some(mask), &mut generator)?, noise)?)
        };
        masks.iter().map(of_image).collect()
    }

    /// The operator for images of this shape, drawn by the seed where something is drawn.
    pub fn operator_of(&self, seed: u64, shape: ImageShape) -> Result<Operator> {
        self.operator(shape, None, &mut Purpose::Masks.generator(seed, 0))
    }

    /// The file of a matrix.
    fn file(&self) -> Option<&Path> {
        self.stages().find_map(|stage| match stage {
            Stage::Matrix(path) => Some(path.as_path()),
            _ => None,
        })
    }

    fn stages(&self) -> impl Iterator<Item = &Stage> {
        std::iter::once(&self.first).chain(&self.then)
    }

    fn operator(&self, shape: ImageShape, mask: Option<&Mask>, rng: &mut impl Rng) -> Result<Operator> {
        let first = self.first.operator(shape, mask, rng)?;
        if self.then.is_empty() {
            return Ok(first);
        }
        let mut shape = first.output();
        let mut then = Vec::new();
        for stage in &self.then {
            let operator = stage.operator(shape, mask, rng)?;
            shape = operator.output();
            then.push(operator);
        }
        Ok(Operator::Composition(Composition::new(first, then)?))
    }
}

impl Stage {
    fn operator(&self, shape: ImageShape, mask: Option<&Mask>, rng: &mut impl Rng) -> Result<Operator> {
        Ok(match self {
            Self::Masks => {
                let mask = mask.ok_or_else(|| {
                    Usage("--observe masks: there are none: give --images with an array `masks`".into())
                })?;
                Operator::Mask(mask.clone())
            }
            Self::Mask(share) => Operator::Mask(Mask::random(shape, *share, rng)?),
            Self::Identity => Operator::Identity(shape),
            Self::Blur(deviation) => Operator::Blur(Blur::gaussian(shape, *deviation)?),
            Self::Box(size) => Operator::Blur(Blur::uniform(shape, *size)?),
            Self::Motion(size) => Operator::Blur(Blur::motion(shape, *size)?),
            Self::Reduce(factor) => Operator::Reduction(Reduction::new(shape, *factor)?),
            Self::Project(count) => Operator::Matrix(Matrix::random(shape, *count, rng)),
            Self::Sums => Operator::Sums(Sums::new(shape)),
            Self::Matrix(path) => Operator::Matrix(Matrix::new(shape, read_operator(path, shape)?)?),
        })
    }
}

impl FromStr for Spec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut stages = Vec::new();
        let mut rest = Some(text);
        while let Some(words) = rest {
            // The name of a file may hold anything: it takes the rest.
            let (stage, after) = match words.split_once('+') {
                Some((stage, after)) if !words.starts_with("matrix:") => (stage, Some(after)),
                _ => (words, None),
            };
            stages.push(stage.parse()?);
            rest = after;
        }
        let first = stages.remove(0);
        Ok(Self { first, then: stages })
    }
}

impl FromStr for Stage {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (word, value) = text.split_once(':').map_or((text, None), |(word, value)| (word, Some(value)));
        match (word, value) {
            ("identity", None) => Ok(Self::Identity),
            ("sums", None) => Ok(Self::Sums),
            ("masks", None) => Ok(Self::Masks),
            ("mask", Some(value)) => number(text, value, 0.0..=1.0, "from 0 to 1").map(Self::Mask),
            ("blur", Some(value)) => number(text, value, 0.0..=1000.0, "of pixels, from 0").map(Self::Blur),
            ("box", Some(value)) => number(text, value, 1..=1000, "of pixels, from 1").map(Self::Box),
            ("motion", Some(value)) => number(text, value, 1..=1000, "of pixels, from 1").map(Self::Motion),
            ("reduce", Some(value)) => {
                number(text, value, 1..=1000, "that divides rows and columns").map(Self::Reduce)
            }
            ("project", Some(value)) => {
                number(text, value, 0..=1_000_000, "of projections").map(Self::Project)
            }
            ("matrix", Some(value)) if !value.is_empty() => Ok(Self::Matrix(value.into())),
            _ => Err(format!(
                "{text:?} is no operator: write mask:F, masks, identity, blur:SIGMA, box:N, motion:N, reduce:N, project:M, sums or \
                 matrix:FILE, joined by +"
            )),
        }
    }
}

fn number<T: FromStr + PartialOrd>(
    text: &str,
    value: &str,
    range: std::ops::RangeInclusive<T>,
    what: &str,
) -> Result<T, String> {
    let number = value.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| format!("{text:?}: write a number {what}"))
}

impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.first)?;
        self.then.iter().try_for_each(|stage| write!(f, "+{stage}"))
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mask(share) => write!(f, "mask:{share}"),
            Self::Masks => write!(f, "masks"),
            Self::Identity => write!(f, "identity"),
            Self::Blur(deviation) => write!(f, "blur:{deviation}"),
            Self::Box(size) => write!(f, "box:{size}"),
            Self::Motion(size) => write!(f, "motion:{size}"),
            Self::Reduce(factor) => write!(f, "reduce:{factor}"),
            Self::Project(count) => write!(f, "project:{count}"),
            Self::Sums => write!(f, "sums"),
            Self::Matrix(path) => write!(f, "matrix:{}", path.display()),
        }
    }
}

/// A standard deviation of noise.
pub fn noise(text: &str) -> Result<f64, String> {
    let noise = text.parse().ok().filter(|noise: &f64| *noise >= 0.0 && noise.is_finite());
    noise.ok_or_else(|| "write a standard deviation, 0 or larger".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_and_written() {
        for text in
            ["mask:0.1", "identity", "blur:1.5", "box:3", "motion:7", "reduce:2", "project:78", "sums"]
        {
            assert_eq!(text.parse::<Spec>().unwrap().to_string(), text);
        }
        assert!("blur:1+masks".parse::<Spec>().unwrap().has_masks());
        let long = "blur:1+reduce:2+mask:0.5+matrix:a+b.npz";
        let spec: Spec = long.parse().unwrap();
        assert_eq!((spec.to_string().as_str(), spec.file()), (long, Some(Path::new("a+b.npz"))));
        for wrong in [
            "",
            "mask",
            "mask:2",
            "mask:x",
            "blur:-1",
            "box:0",
            "reduce:1.5",
            "sums:3",
            "matrix:",
            "blur:1+",
            "lens:2",
        ] {
            assert!(wrong.parse::<Spec>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_shape_passes_from_stage_to_stage() {
        let spec: Spec = "blur:1+reduce:2+mask:0.5".parse().unwrap();
        let found = spec.draw(&Settings::default(), ImageShape::new(4, 6), 9, 0.1).unwrap();
        assert_eq!((found.len(), found[0].measurements(), found[0].shape()), (1, 3, ImageShape::new(4, 6)));
    }

    #[test]
    fn an_image_has_the_mask_of_its_own() {
        let (settings, shape) = (Settings::default(), ImageShape::new(4, 6));
        let masks = [2, 3].map(|columns| Mask::from_fn(shape, |_, column| column < columns));
        let spec: Spec = "blur:1+masks".parse().unwrap();
        let found = spec.draw_masked(&settings, shape, &masks, 0.1).unwrap();
        let counts: Vec<usize> = found.iter().map(Observation::measurements).collect();
        assert_eq!(counts, [8, 12]);
        let error = spec.draw(&settings, shape, 2, 0.1).unwrap_err().to_string();
        assert!(error.starts_with("--observe masks: there are none"), "{error}");
    }
}
