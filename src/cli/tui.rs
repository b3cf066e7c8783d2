//! `gmmscope tui`, and `gmmscope` alone: the dashboard.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, ValueEnum};
use gmmscope::export::export_figures;
use gmmscope::study::Outcome;
use gmmscope::tui::{self, ColorChoice, Depth, Display, Hooks};

use super::{Common, output};

/// Options of the dashboard.
#[derive(Debug, Args)]
#[command(next_help_heading = "Dashboard options")]
pub struct Options {
    /// Colours of the terminal; auto asks NO_COLOR, COLORTERM and TERM
    #[arg(long, value_name = "DEPTH", value_enum, default_value_t = Color::Auto)]
    color: Color,

    /// Draw with ASCII characters alone
    #[arg(long)]
    ascii: bool,

    /// The folder that `e` writes figures.pdf to
    #[arg(long, value_name = "DIR", default_value = "out")]
    out: PathBuf,
}

/// How many colours to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    /// What the environment says; 256 where it says nothing
    Auto,
    /// 24 bits
    Truecolor,
    /// xterm's 256
    #[value(name = "256")]
    Indexed,
    /// The 16 of the ANSI palette
    #[value(name = "16")]
    Ansi,
    /// None
    None,
}

impl From<Color> for ColorChoice {
    fn from(color: Color) -> Self {
        match color {
            Color::Auto => Self::Auto,
            Color::Truecolor => Self::Depth(Depth::True),
            Color::Indexed => Self::Depth(Depth::Indexed),
            Color::Ansi => Self::Depth(Depth::Ansi),
            Color::None => Self::Depth(Depth::None),
        }
    }
}

/// Runs the dashboard until the user leaves it.
pub fn run(common: &Common, options: Options) -> Result<()> {
    let settings = common.study.checked()?;
    let display = Display { color: options.color.into(), ..Display::default() };
    let path = options.out.join("figures.pdf");
    let export = move |outcome: &Outcome| match export_figures(outcome, &path) {
        Ok(written) => Ok(format!("wrote {}", output::file(&written.path))),
        Err(error) => Err(error.to_string()),
    };
    tui::run(settings, display, Hooks { export: Box::new(export), journal: Box::new(|_| {}) })?;
    Ok(())
}
