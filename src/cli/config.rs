//! `gmmscope config`, and the configuration file: where it is, and reading it once for every command.
//!
//! `parse` makes a [`Config`] of the file's text, `settings` and `keys` read its two tables, `print` writes the
//! default one. The command line wins over the file, the file over the defaults.

mod colors;
mod keys;
mod parse;
mod print;
mod settings;
mod source;

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;

use super::{Usage, output};
pub use parse::Config;

/// Show where the configuration file is, check it, or print one with every default
///
/// The file sets the theme, colours, glyphs, pictures, mouse and keys of the dashboard, and the default settings of every
/// command. It is $XDG_CONFIG_HOME/gmmscope/config.toml, or ~/.config/gmmscope/config.toml, or that given with
/// --config. The command line wins over it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gmmscope config                                  check the file
  mkdir -p \"$(dirname \"$(gmmscope config --path)\")\"
  gmmscope config --print-default > \"$(gmmscope config --path)\"")]
pub struct Options {
    /// Print a configuration file with every default, explained
    #[arg(long, conflicts_with = "path")]
    print_default: bool,

    /// Print where the configuration file is looked for
    #[arg(long)]
    path: bool,
}

/// Prints what is asked for, or checks the file.
pub fn run(given: Option<&Path>, options: &Options) -> Result<()> {
    if options.print_default {
        return output::print(&print::default_file());
    }
    let path = given.map(Path::to_owned).or_else(default_path).ok_or_else(no_home)?;
    if options.path {
        return output::print(&format!("{}\n", path.display()));
    }
    load(given)?;
    let state = if path.exists() { "is valid" } else { "does not exist: the defaults hold" };
    output::print(&format!("{} {state}\n", path.display()))
}

/// The configuration in force: the file given, else that in its usual place, else the defaults.
///
/// # Errors
/// [`Usage`] when the file is wrong, with its line; when a file that was given cannot be read.
pub fn load(given: Option<&Path>) -> Result<Config> {
    let Some(path) = given.map(Path::to_owned).or_else(default_path) else { return Ok(Config::default()) };
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound && given.is_none() => {
            return Ok(Config::default());
        }
        Err(error) => {
            return Err(error)
                .with_context(|| format!("the configuration file {} cannot be read", path.display()));
        }
    };
    parse::parse(&text)
        .map_err(|fault| Usage(format!("{}, line {}: {}", path.display(), fault.line, fault.what)).into())
}

/// `$XDG_CONFIG_HOME/gmmscope/config.toml`, else `~/.config/gmmscope/config.toml`; none without a home.
pub fn default_path() -> Option<PathBuf> {
    let folder = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = folder("XDG_CONFIG_HOME").or_else(|| Some(folder("HOME")?.join(".config")))?;
    Some(base.join("gmmscope").join("config.toml"))
}

fn no_home() -> anyhow::Error {
    Usage("neither $XDG_CONFIG_HOME nor $HOME is set: name the file with --config".into()).into()
}
