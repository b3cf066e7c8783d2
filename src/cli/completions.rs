//! `gmmscope completions`: a shell's completions, for installers.

use anyhow::Result;
use clap::Args;
use clap_complete::Shell;

use super::{NAME, output};

/// Print a shell's completions, for installers
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  gmmscope completions bash > ~/.local/share/bash-completion/completions/gmmscope")]
pub struct Options {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

/// Prints them.
pub fn run(options: &Options) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut super::command(), NAME, &mut script);
    output::print_raw(&String::from_utf8_lossy(&script))
}
