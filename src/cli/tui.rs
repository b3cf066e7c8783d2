//! `gmmscope tui`, and `gmmscope` alone: the dashboard.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, ValueEnum};
use gmmscope::export::{export_figures, export_report};
use gmmscope::study::Outcome;
use gmmscope::tui::{
    self, ColorChoice, Depth, Display, Glyphs, Ground, Hooks, Note, Pictures, PicturesChoice,
};

use super::config::Config;
use super::log::{self, Level};
use super::{Common, output, summary};

/// Options of the dashboard.
#[derive(Debug, Args)]
#[command(next_help_heading = "Dashboard options")]
pub struct Options {
    /// Colours of the terminal; auto asks NO_COLOR, COLORTERM and TERM [default: auto]
    #[arg(long, value_name = "DEPTH", value_enum)]
    color: Option<Color>,

    /// Colours for a dark background or a light one; auto asks the terminal, and COLORFGBG [default: auto]
    #[arg(long, value_name = "THEME", value_enum)]
    theme: Option<Theme>,

    /// Characters to draw with; auto asks the locale [default: auto]
    #[arg(long, value_name = "GLYPHS", value_enum)]
    glyphs: Option<Characters>,

    /// Draw with ASCII characters alone: --glyphs ascii
    #[arg(long, conflicts_with = "glyphs")]
    ascii: bool,

    /// What pictures are drawn with; auto asks the terminal, and means blocks until it answers [default: auto]
    #[arg(long, value_name = "HOW", value_enum)]
    pictures: Option<PictureKind>,

    /// Leave the mouse to the terminal, for selecting text
    #[arg(long)]
    no_mouse: bool,

    /// Use the mouse, whatever the configuration file says
    #[arg(long, conflicts_with = "no_mouse")]
    mouse: bool,

    /// The folder that `e` and `R` write figures.pdf and the report to
    #[arg(long, value_name = "DIR", default_value = "out")]
    pub out: PathBuf,
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

/// Which background the terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Theme {
    /// What the terminal answers; until then what COLORFGBG says, or dark
    Auto,
    /// Light text on a dark background
    Dark,
    /// Dark text on a light background
    Light,
}

/// Which characters to draw with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Characters {
    /// What the locale says
    Auto,
    /// Half blocks, braille, Greek
    Unicode,
    /// ASCII alone
    Ascii,
}

/// What pictures are drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PictureKind {
    /// Pixels where the terminal says that it shows them
    Auto,
    /// Half blocks, or finer glyphs
    Blocks,
    /// Pixels, by kitty's graphics protocol
    Kitty,
    /// Pixels, as sixels
    Sixel,
}

impl From<PictureKind> for PicturesChoice {
    fn from(kind: PictureKind) -> Self {
        match kind {
            PictureKind::Auto => Self::Auto,
            PictureKind::Blocks => Self::Fixed(Pictures::Blocks),
            PictureKind::Kitty => Self::Fixed(Pictures::Kitty),
            PictureKind::Sixel => Self::Fixed(Pictures::Sixel),
        }
    }
}

impl Options {
    /// How the dashboard looks: the options, else the configuration file.
    fn display(&self, config: &Config) -> Display {
        let glyphs = match (self.ascii, self.glyphs) {
            (true, _) | (_, Some(Characters::Ascii)) => Some(Glyphs::Ascii),
            (_, Some(Characters::Unicode)) => Some(Glyphs::Unicode),
            (_, Some(Characters::Auto)) => None,
            (_, None) => config.glyphs,
        };
        let ground = match self.theme {
            Some(Theme::Dark) => Some(Ground::Dark),
            Some(Theme::Light) => Some(Ground::Light),
            Some(Theme::Auto) => None,
            None => config.ground,
        };
        Display {
            color: self.color.map_or(config.color, ColorChoice::from),
            glyphs,
            ground,
            accents: config.accents,
            pictures: self.pictures.map_or(config.pictures, PicturesChoice::from),
            no_mouse: self.no_mouse || !(self.mouse || config.mouse),
            keys: config.keys.clone(),
            experiment: None,
        }
    }
}

/// A note of the dashboard as a line of the log.
fn log_note(note: Note<'_>) {
    match note {
        Note::Study(run, event) => log::event(Some(run), event),
        Note::Info(text) => log::note(Level::Info, text),
        Note::Key(action) => log::note(Level::Debug, &format!("key: {action}")),
        Note::Error(text) => log::note(Level::Error, text),
        Note::Waiting(what) => output::complain("", &format!("waiting for the end of {what} …")),
    }
}

/// Runs the dashboard until the user quits, and prints the summary.
pub fn run(common: &Common, options: Options) -> Result<()> {
    let settings = common.study.checked()?;
    log::begin();
    let display = Display { experiment: common.experiment, ..options.display(&common.config) };
    let path = options.out.join("figures.pdf");
    let export = move |outcome: &Outcome| match export_figures(outcome, &path) {
        Ok(written) => Ok(format!("wrote {}", output::file(&written.path))),
        Err(error) => Err(error.to_string()),
    };
    let report = move |outcome: &Outcome| match export_report(outcome, &options.out) {
        // The last file is the one to open.
        Ok(written) => {
            Ok(written.last().map_or_else(String::new, |file| format!("wrote {}", output::file(&file.path))))
        }
        Err(error) => Err(error.to_string()),
    };
    let hooks = Hooks { export: Box::new(export), report: Box::new(report), journal: Box::new(log_note) };
    let left = tui::run(settings, display, hooks)?;
    if common.quiet {
        return Ok(());
    }
    output::print(&summary::text(&left, common.study.configured()))
}
