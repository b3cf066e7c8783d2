//! `gmmscope man`: the manual pages, for installers.

use anyhow::{Context, Result};
use clap::Args;

use super::{Usage, output};

/// Print the manual page of the program, or of one command, for installers
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gmmscope man > ~/.local/share/man/man1/gmmscope.1
  gmmscope man fit > ~/.local/share/man/man1/gmmscope-fit.1")]
pub struct Options {
    /// The command [default: the program itself]
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

/// Prints it.
pub fn run(options: &Options) -> Result<()> {
    let mut program = super::command();
    // Passes the common options on to the commands.
    program.build();
    let page = match &options.command {
        None => program,
        Some(name) => program.find_subcommand(name).cloned().ok_or_else(|| {
            Usage(format!("{name} is not a command: choose one of those in gmmscope --help"))
        })?,
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text).context("cannot make the manual page")?;
    output::print_raw(&String::from_utf8_lossy(&text))
}
