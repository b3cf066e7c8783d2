//! The images of a model: those that it was fitted to, and whether others are of their shape.

use gmmscope::data::{ImageShape, Source};
use gmmscope::files::ModelFile;
use gmmscope::study::Settings;

use super::{Common, Usage};

/// What a model says of its images, where no option says it; their file or folder only where images are `wanted`.
pub fn of_model(
    common: &Common,
    settings: &mut Settings,
    model: &ModelFile,
    wanted: bool,
) -> Result<(), Usage> {
    let is_open = |key: &str| !common.study.is_given(key);
    if is_open("vectors") {
        settings.vectors |= model.origin.vectors;
    }
    let Some(path) = model.origin.data.as_ref().filter(|_| wanted && is_open("data")) else { return Ok(()) };
    if !path.exists() {
        let what = format!(
            "{}, which the model was fitted to, is not there: name its images (--data)",
            path.display()
        );
        return Err(Usage(what));
    }
    settings.data = Some(path.clone());
    if let Some(share) = model.origin.test_share.filter(|_| is_open("test-share")) {
        settings.test_share = share;
    }
    // Images of several sizes have no shape of their own.
    let found = Source::Path(path.clone()).shape(&settings.reading()).ok();
    if found == Some(model.shape) || !is_open("shape") || !is_open("resize") {
        return Ok(());
    }
    match found.is_some_and(|found| found.len() == model.shape.len()) {
        true => settings.shape = Some(model.shape),
        false => settings.resize = Some(model.shape),
    }
    Ok(())
}

/// Refuses pictures of what is none.
pub fn no_pictures(settings: &Settings, is_asked: bool) -> Result<(), Usage> {
    match settings.vectors && is_asked {
        true => Err(Usage("--png: the model is of vectors, which are no pictures: write --out".to_owned())),
        false => Ok(()),
    }
}

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
