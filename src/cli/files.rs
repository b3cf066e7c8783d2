//! Which files a command reads and writes: it writes none that it reads, and none twice.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use gmmscope::data::{Source, destination};
use gmmscope::export::REPORT_FILES;
use gmmscope::study::Settings;

use super::{Cli, Command, Usage, config};

/// The files of the folder that `export` and the dashboard write to.
pub fn exported() -> Vec<&'static str> {
    [&["model.npz", "figures.pdf", "metrics.json"], REPORT_FILES].concat()
}

/// A file, and the option that names it or its folder.
#[derive(Debug)]
struct Named {
    option: &'static str,
    path: PathBuf,
}

/// The files of a command.
#[derive(Debug, Default)]
struct Files {
    reads: Vec<Named>,
    writes: Vec<Named>,
}

impl Files {
    fn read(&mut self, option: &'static str, path: Option<&Path>) {
        self.reads.extend(path.map(|path| Named { option, path: path.to_owned() }));
    }

    fn write(&mut self, option: &'static str, path: Option<&Path>) {
        self.writes.extend(path.map(|path| Named { option, path: path.to_owned() }));
    }

    fn of(cli: &Cli, settings: &Settings) -> Self {
        let mut files = Self::default();
        files.read("--config", cli.config.clone().or_else(config::default_path).as_deref());
        if let Ok(Source::Path(path)) = Source::choose(settings.data.as_deref(), &settings.labels) {
            let entries = fs::read_dir(&path).into_iter().flatten().flatten();
            entries.for_each(|entry| files.read("--data", Some(&entry.path())));
            files.read("--data", Some(&path));
        }
        let mut folder = |out: &Path| {
            exported().into_iter().for_each(|name| files.write("--out", Some(&out.join(name))));
        };
        match &cli.command {
            // A model that is opened is replaced by itself alone.
            None => folder(&cli.tui.out),
            Some(Command::Tui(options)) => folder(&options.out),
            Some(Command::Export(options)) => folder(&options.out),
            Some(Command::Fit(options)) => {
                files.read("--means-init", options.means_init.as_deref());
                files.read("--start", options.start.as_deref());
                files.write("--out", options.out.as_deref());
            }
            Some(Command::Sample(options)) => {
                files.read("--model", Some(&options.model));
                files.write("--out", Some(&options.out));
            }
            Some(Command::Score(options)) => {
                files.read("--model", Some(&options.model));
                files.read("--images", options.images.as_deref());
                files.write("--out", options.out.as_deref());
            }
            Some(Command::Restore(options)) => {
                files.read("--model", Some(&options.model));
                files.read("--images", options.images.as_deref());
                files.read("--measurements", options.measurements.as_deref());
                files.read("--observe", options.observed.file());
                files.write("--out", options.out.as_deref());
            }
            Some(Command::Calibrate(options)) => {
                files.read("--model", Some(&options.model));
                files.read("--observe", options.observed.file());
            }
            Some(
                Command::Sweep(_)
                | Command::Runs(_)
                | Command::Watch(_)
                | Command::Transform(_)
                | Command::Data(_)
                | Command::Config(_)
                | Command::Completions(_)
                | Command::Man(_),
            ) => {}
        }
        files.write("--log", cli.log.as_deref());
        files
    }
}

/// Refuses a file that the command would read and write, or write twice, whatever its names; but a fit may continue in
/// place, `fit --start m --out m`.
///
/// # Errors
/// [`Usage`].
pub fn check(cli: &Cli, settings: &Settings) -> Result<()> {
    let files = Files::of(cli, settings);
    for (index, written) in files.writes.iter().enumerate() {
        let Some(file) = Identity::of(&written.path) else { continue };
        let is_same = |other: &&Named| Identity::of(&other.path).is_some_and(|other| other == file);
        let (option, path) = (written.option, written.path.display());
        let may_be = |read: &&Named| (read.option, option) == ("--start", "--out");
        if let Some(read) = files.reads.iter().filter(|read| !may_be(read)).find(is_same) {
            let what =
                format!("{option} would replace {path}, which {} reads: choose another file", read.option);
            return Err(Usage(what).into());
        }
        if let Some(other) = files.writes.iter().take(index).find(is_same) {
            let what = format!("{option} and {} would both write {path}: choose another file", other.option);
            return Err(Usage(what).into());
        }
    }
    Ok(())
}

/// What makes two paths one file: device and inode, or the place where none is yet.
#[derive(Debug, PartialEq, Eq)]
enum Identity {
    #[cfg(unix)]
    File(u64, u64),
    Place(PathBuf),
}

impl Identity {
    /// None for devices and pipes, which hold nothing to lose, and for what cannot be found.
    fn of(path: &Path) -> Option<Self> {
        match fs::metadata(path) {
            Ok(metadata) if !metadata.is_file() => None,
            #[cfg(unix)]
            Ok(metadata) => {
                use std::os::unix::fs::MetadataExt;
                Some(Self::File(metadata.dev(), metadata.ino()))
            }
            _ => destination(path).ok().map(Self::Place),
        }
    }
}
