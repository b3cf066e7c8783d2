//! `gmmscope sample`: draws from a model.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use gmmscope::files::{ModelFile, write_images, write_samples};
use gmmscope::mixture::Sampler;
use gmmscope::study::{draw_bytes, factor_bytes, require_memory, resample, with_threads};
use serde::Serialize;

use super::output::{self, Name, Table};
use super::restore::check_empty;
use super::shape::{no_pictures, of_model};
use super::{Common, Usage, interrupt, log};

/// Draw images from a model
///
/// Writes the arrays `samples` (N x D, not clipped to [0, 1]) and `components` (N, the component that
/// each came from, counted from 0 by falling weight).
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gmmscope sample --model model.npz --count 10 --out samples.npz
  gmmscope sample --model model.npz --component 0 --seed 3 --out samples.npz --json")]
pub struct Options {
    /// The model, as `gmmscope fit` writes it
    #[arg(long, value_name = "FILE")]
    pub model: PathBuf,

    /// N, the number of images, 1 or more
    #[arg(long, value_name = "N", default_value_t = 10, allow_negative_numbers = true)]
    count: usize,

    /// Draw from this component alone, counted from 0 by falling weight as in the arrays: 0 is component 1 of tables and figures
    #[arg(long, value_name = "INDEX", allow_negative_numbers = true)]
    component: Option<usize>,

    /// The file to write
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,

    /// A folder, new or empty, for PNG files of the images, clipped to [0, 1]
    #[arg(long, value_name = "FOLDER")]
    pub png: Option<PathBuf>,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    out: Name<'a>,
    count: usize,
    seed: u64,
    components: &'a [usize],
    draws_per_component: Vec<usize>,
}

/// Loads the model, draws, writes.
pub fn run(common: &Common, options: &Options) -> Result<()> {
    let mut settings = common.study.in_range()?;
    if options.count == 0 {
        return Err(Usage("--count is 0: choose at least 1".into()).into());
    }
    output::check_writable(&options.out)?;
    if let Some(folder) = &options.png {
        check_empty(folder)?;
        output::check_folder(folder, &["0000-sample.png"])?;
    }
    let model = ModelFile::load(&options.model)?;
    output::warn(&model.notes);
    of_model(common, &mut settings, &model, false)?;
    no_pictures(&settings, options.png.is_some())?;
    let ModelFile { mixture, shape, .. } = model;
    if let Some(component) = options.component.filter(|&index| index >= mixture.components()) {
        let last = mixture.components() - 1;
        return Err(Usage(format!("--component is {component}: the model has components 0 to {last}")).into());
    }
    require_memory("count", options.count, draw_bytes(mixture.dim()), factor_bytes(&mixture))?;
    log::begin();
    let report = with_threads(settings.threads, || {
        let sampler = Sampler::new(&mixture)?;
        Ok::<_, anyhow::Error>(resample(&sampler, settings.seed, options.count, options.component, 0))
    })??;
    interrupt::check(&common.control)?;
    write_samples(&options.out, &report.images, &report.components)?;
    let pictures = match &options.png {
        Some(folder) => Some((folder, write_images(folder, "sample", &report.images, shape)?)),
        None => None,
    };

    let mut draws_per_component = vec![0; mixture.components()];
    for &component in &report.components {
        draws_per_component[component] += 1;
    }
    if options.json {
        return output::print_json(&Report {
            out: Name(&options.out),
            count: options.count,
            seed: settings.seed,
            components: &report.components,
            draws_per_component,
        });
    }
    let mut table = Table::default();
    let counts: Vec<String> = draws_per_component.iter().map(usize::to_string).collect();
    table.row("draws per component", counts.join(" "));
    table.row("wrote", output::file(&options.out));
    if let Some((folder, count)) = pictures {
        table.row("wrote", format!("{count} pictures to {}", folder.display()));
    }
    output::print(&table.text())
}
