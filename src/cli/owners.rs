//! Which run each file of the folder of exports is of, so that no export replaces that of another: its files move into the
//! folder of their run first.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use gmmscope::data::write_file;
use gmmscope::files::{run_folder, write_run};
use gmmscope::study::{Outcome, RunRecord};

/// The run of files that were written before runs had names.
const EARLIER: &str = "earlier";

/// Where the names of files and runs are kept, below the folder.
fn index(folder: &Path) -> PathBuf {
    folder.join("runs").join("files.json")
}

/// The run of each file.
fn owners(index: &Path) -> BTreeMap<String, String> {
    let read = fs::read(index).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    read.unwrap_or_default()
}

/// After `outcome` was exported to `folder` as files of these `names`: notes whose they are, and the record of the run.
///
/// # Errors
/// When a file cannot be written.
pub fn note(folder: &Path, names: &[&str], outcome: &Outcome) -> Result<()> {
    let Some(record) = RunRecord::of(outcome) else { return Ok(()) };
    let path = index(folder);
    let mut owners = owners(&path);
    owners.extend(names.iter().map(|&name| (name.to_owned(), record.run.clone())));
    write_run(folder, &record.run, &record)?;
    write_file(&path, |file| Ok(serde_json::to_writer_pretty(file, &owners)?))?;
    Ok(())
}

/// Before `outcome` is exported to `folder` as files of these `names`: keeps those of other runs. What was kept, in a line, where
/// anything was.
///
/// # Errors
/// When a file cannot be kept.
pub fn claim(folder: &Path, names: &[&str], outcome: &Outcome) -> Result<Option<String>> {
    let Some(record) = RunRecord::of(outcome) else { return Ok(None) };
    let path = index(folder);
    let owners = owners(&path);
    let mut kept: Vec<String> = Vec::new();
    for &name in names {
        let file = folder.join(name);
        let owner = owners.get(name).map_or(EARLIER, String::as_str).to_owned();
        if file.is_file() && owner != record.run {
            let is_name = owner.bytes().all(|byte| byte.is_ascii_alphanumeric());
            let own = run_folder(folder, if is_name { &owner } else { EARLIER });
            fs::create_dir_all(&own).with_context(|| format!("{}: cannot be made", own.display()))?;
            // The new file takes the place of the old one, which keeps its other name; until then both are there.
            let _ = fs::remove_file(own.join(name));
            fs::hard_link(&file, own.join(name))
                .or_else(|_| fs::copy(&file, own.join(name)).map(drop))
                .with_context(|| format!("{}: cannot be kept in {}", file.display(), own.display()))?;
            let own = own.display().to_string();
            if !kept.contains(&own) {
                kept.push(own);
            }
        }
    }
    Ok((!kept.is_empty()).then(|| format!("files of an earlier run are kept in {}", kept.join(", "))))
}

/// The name of the run of an outcome: " of run 3f2a91c0"; nothing before there is a fit.
pub fn of_run(outcome: &Outcome) -> String {
    outcome.run_id().map_or_else(String::new, |run| format!(" of run {run}"))
}
