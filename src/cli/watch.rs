//! `gmmscope watch`: a fit in another terminal, by its checkpoints. It reads alone: the fit does not know of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use anyhow::Result;
use clap::Args;
use gmmscope::files::{FitProgress, ModelFile};

use super::interrupt::Interrupted;
use super::output;
use super::{Common, Usage, log};

/// Time between two looks at the file.
const LOOK: Duration = Duration::from_millis(200);

/// Follow a fit that writes checkpoints, from another terminal
///
/// PATH is the model file of `gmmscope fit --out FILE --checkpoint MINUTES`, or a folder with model.npz in it. Each time that the
/// file is written, the iterations since are printed, a line each; it ends when the fit has ended, or with Ctrl-C. A fit that was
/// interrupted looks like one that is at work. It only reads: the fit goes on whatever becomes of it. `gmmscope FILE` opens the fit so far in the dashboard.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gmmscope fit --out model.npz --checkpoint 1 &
  gmmscope watch model.npz")]
pub struct Options {
    /// The model file, or its folder
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
}

/// Follows the file until the fit has ended.
pub fn run(common: &Common, options: &Options) -> Result<()> {
    let path = if options.path.is_dir() { options.path.join("model.npz") } else { options.path.clone() };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        let what = format!("{}: there is no such folder: name the model file of a fit", folder.display());
        return Err(Usage(what).into());
    }
    log::begin();
    let (mut seen, mut printed) = (None, 0);
    if !path.exists() {
        output::complain("", &format!("waiting for {}", path.display()));
    }
    loop {
        let written: Option<SystemTime> = fs::metadata(&path).and_then(|metadata| metadata.modified()).ok();
        if written.is_some() && written != seen {
            let progress = ModelFile::progress(&path)?;
            output::print(&lines(&progress, printed))?;
            (seen, printed) = (written, progress.nll_history.len());
            if !progress.is_partial {
                let end = if progress.converged { "converged" } else { "not converged (iteration limit)" };
                return output::print(&format!(
                    "the fit has ended: {end}; gmmscope {} opens it\n",
                    path.display()
                ));
            }
        }
        thread::sleep(LOOK);
        if common.control.is_cancelled() {
            return Err(Interrupted("a fit that is at work goes on".to_owned()).into());
        }
    }
}

/// The iterations after the first `printed`; all of them where there are fewer, as another fit has begun.
fn lines(progress: &FitProgress, printed: usize) -> String {
    let history = &progress.nll_history;
    let from = if printed > history.len() { 0 } else { printed };
    let line = |at: usize| {
        let change = at.checked_sub(1).map(|before| format!(", change {:.6}", history[at] - history[before]));
        format!("iteration {}: NLL {:.6}{}\n", at + 1, history[at], change.unwrap_or_default())
    };
    (from..history.len()).map(line).collect()
}
