//! Whether images are of the shape that a model's are.

use gmmscope::data::{ImageShape, Source};
use gmmscope::study::Settings;

use super::Usage;

/// Refuses images (`of` names them) that are not of the model's shape.
pub fn fits(of: &str, found: ImageShape, model: ImageShape) -> Result<(), Usage> {
    match found == model {
        true => Ok(()),
        false => Err(Usage(format!(
            "{of} has images of {found} pixels, the model's have {model}: name its images (--data, --images), or bring these to their \
             size with --resize {}x{}",
            model.rows, model.columns
        ))),
    }
}

/// Refuses a data set, which is not loaded yet, whose images are not of the model's shape.
pub fn data_fits(settings: &Settings, model: ImageShape) -> anyhow::Result<()> {
    let source = Source::choose(settings.data.as_deref(), &settings.labels)?;
    Ok(fits(&source.to_string(), source.shape(&settings.reading())?, model)?)
}
