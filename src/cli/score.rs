//! `gmmscope score`: images under a model.

mod report;

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;
use gmmscope::data::{Collection, ImageShape, LabelNames, Reading, Source};
use gmmscope::files::{ModelFile, write_scores};
use gmmscope::study::{ImageScores, Settings, load_data, with_threads};

use super::options::with_options;
use super::shape::{data_fits, fits, of_model};
use super::{Common, interrupt, log, output};
use report::Report;

/// Say how probable images are under a model, and which component each belongs to
///
/// Without --images: all test images of --labels. --images names a picture, a folder of pictures, an npz or npy file or a folder
/// of IDX files, as --data does; its test images are taken where it has some. For each image it gives the log-density in
/// nats, bits per dimension where pixels are of 8 bits, the component of largest responsibility, and the rank by
/// log-density, from 1 for the least probable. Outliers have a log-density below Q1 - 3 (Q3 - Q1), Q1 and Q3 being its quartiles.
/// With labels, it counts the images of each label in each component; under a model of `gmmscope fit --per-label` each image
/// is classified, and the accuracy given.
///
/// Writes the arrays `log_density` (N), `responsibilities` (N x K) and `assignments` (N). Arrays, JSON and CSV count components
/// from 0, the table from 1.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gmmscope score --model model.npz
  gmmscope score --model model.npz --images photos --resize 32x32 --csv > scores.csv
  gmmscope fit --per-label --shrinkage auto --out model.npz && gmmscope score --model model.npz --out scores.npz")]
pub struct Options {
    /// The model, as `gmmscope fit` writes it
    #[arg(long, value_name = "FILE")]
    pub model: PathBuf,

    /// Images to score [default: test images]
    #[arg(long, value_name = "PATH")]
    pub images: Option<PathBuf>,

    /// The file to write [default: none, print only]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,

    /// Print a row an image, separated by commas
    #[arg(long, conflicts_with = "json")]
    csv: bool,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Images, with what is known of them.
#[derive(Debug)]
struct Given {
    images: gmmscope::data::Images,
    names: LabelNames,
}

/// Loads the model and the images, scores, writes.
pub fn run(common: &Common, options: &Options) -> Result<()> {
    let mut settings = common.study.in_range()?;
    if let Some(out) = &options.out {
        output::check_writable(out)?;
    }
    let model = ModelFile::load(&options.model)?;
    output::warn(&model.notes);
    of_model(common, &mut settings, &model, options.images.is_none())?;
    log::begin();
    let (given, scores) = with_threads(settings.threads, || -> Result<_> {
        let given = match &options.images {
            Some(path) => own(path, &settings, model.shape)?,
            None => test_images(&settings, model.shape)?,
        };
        let all: Vec<usize> = (0..given.images.len()).collect();
        let images = given.images.matrix(&all);
        let scores = ImageScores::of(&model.mixture, &images, given.images.is_eight_bit(), settings.seed)?;
        Ok((given, scores))
    })??;
    interrupt::check(&common.control)?;
    if let Some(out) = &options.out {
        write_scores(out, &scores.log_density, &scores.responsibilities, &scores.assignments)?;
    }
    let name = |label: u8| given.names.with_number(label);
    let report =
        Report::new(&scores, given.images.labels(), &model.component_labels, &name, options.out.as_deref());
    if options.json {
        output::print_json(&report)
    } else if options.csv {
        output::print(&report.csv())
    } else {
        output::print(&report.text())
    }
}

/// The images of `path`, which must be of the model's shape.
fn own(path: &Path, settings: &Settings, shape: ImageShape) -> Result<Given> {
    let source = Source::Path(path.to_owned());
    // Rows of values have the model's shape where they are as many; a shape that is given comes first.
    let reading = Reading { shape: settings.shape.or(Some(shape)), ..settings.reading() };
    let read = Collection::read(&source, &reading).or_else(|error| match settings.shape {
        // Images of another size, which are named below.
        None => Collection::read(&source, &settings.reading()),
        Some(_) => Err(error),
    })?;
    for note in &read.notes {
        output::complain("note: ", &with_options(note));
    }
    fits(&path.display().to_string(), read.images.shape(), shape)?;
    Ok(Given { images: read.images, names: read.label_names })
}

/// All test images.
fn test_images(settings: &Settings, shape: ImageShape) -> Result<Given> {
    data_fits(settings, shape)?;
    let data = load_data(&Settings { samples: 0.into(), held_out: 0, test_images: 0, ..settings.clone() })?;
    Ok(Given { images: data.test, names: data.about.label_names })
}
