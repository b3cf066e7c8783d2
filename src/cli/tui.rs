//! `gmmscope tui`, and `gmmscope` alone: the dashboard.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use clap::{Args, ValueEnum};
use gmmscope::export::{REPORT_FILES, export_figures, export_report};
use gmmscope::files::{ModelFile, delete_run, read_runs};
use gmmscope::show::words;
use gmmscope::study::{Control, Outcome, Restorations, Settings};
use gmmscope::tui::{
    self, ColorChoice, Depth, Display, Given, Glyphs, Ground, Hooks, Note, Pictures, PicturesChoice,
};

use super::config::Config;
use super::log::{self, Level};
use super::observe::{Spec, noise};
use super::opened::of_model;
use super::options::quoted;
use super::{Common, Usage, output, owners, shape, summary};

/// Options of the dashboard.
#[derive(Debug, Args)]
#[command(next_help_heading = "Dashboard options")]
pub struct Options {
    /// Open a stored model, as `gmmscope fit` writes it, under its settings, on the images that it was fitted to: those of --data,
    /// as without a model
    #[arg(value_name = "MODEL")]
    pub model: Option<PathBuf>,

    /// A picture of yours, or a folder of them, to restore before the test images; brought to their size
    #[arg(long, value_name = "PATH")]
    restore: Option<PathBuf>,

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

    /// What the tab Restore observes at first, as for `gmmscope restore`
    #[arg(long, value_name = "SPEC")]
    observe: Option<Spec>,

    /// The standard deviation of the noise in it
    #[arg(long, value_name = "S", default_value = "0", allow_negative_numbers = true, value_parser = noise, requires = "observe")]
    noise: f64,

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
    /// The options of what is observed, as they are written.
    fn of_observed(&self) -> String {
        let observe = self.observe.as_ref().map(|spec| format!("--observe {}", quoted(&spec.to_string())));
        let noise = (self.noise > 0.0).then(|| format!("--noise {}", self.noise));
        [observe, noise].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

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

/// The settings of a stored model, but for those that are given.
fn opened(common: &Common, path: &Path) -> Result<Settings> {
    if !path.exists() {
        let what = format!("{} is neither a command nor a model file (see --help)", path.display());
        return Err(Usage(what).into());
    }
    let model = ModelFile::load(path)?;
    output::warn(&model.notes);
    let mut settings = common.study.settings();
    of_model(&model, &mut settings, |key| !common.study.is_given(key));
    shape::of_model(common, &mut settings, &model, true)?;
    shape::data_fits(&settings, model.shape)?;
    settings.opened = Some(Arc::new(model));
    Ok(settings)
}

/// Where a model is written: `model.npz`, or beside it where that is another model.
fn place_for(folder: &Path, model: &ModelFile) -> PathBuf {
    let usual = folder.join("model.npz");
    let id = model.name();
    let is_free = !usual.exists() || ModelFile::load(&usual).is_ok_and(|there| there.name() == id);
    if is_free { usual } else { folder.join(format!("model-{id}.npz")) }
}

/// How far the restorations of a finished study can be trusted; none where that cannot be measured.
fn measured(outcome: &Outcome) -> Option<Restorations> {
    let is_done = outcome.inpaint.is_some() && outcome.status.has_ended();
    is_done.then(|| Restorations::of(outcome, &Control::new()).ok()).flatten().flatten()
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
    let settings = match &options.model {
        Some(path) => opened(common, path)?,
        None => common.study.settings(),
    };
    let settings = Settings { restore: options.restore.clone(), ..settings }.check()?;
    log::begin();
    let again = summary::Again { model: options.model.clone(), extra: options.of_observed() };
    let display = Display { experiment: common.experiment, ..options.display(&common.config) };
    let (path, folder) = (options.out.join("figures.pdf"), options.out.clone());
    let seed = settings.get().seed;
    let given = options.observe.clone().map(|spec| Given {
        words: spec.to_string(),
        make: Arc::new(move |shape| spec.operator_of(seed, shape).map_err(|error| error.to_string())),
        noise: options.noise,
    });
    let export = move |outcome: &Outcome| {
        let of = owners::of_run(outcome);
        let folder = path.parent().unwrap_or(Path::new(""));
        let kept = owners::claim(folder, &["figures.pdf"], outcome).map_err(|error| format!("{error:#}"))?;
        let written =
            export_figures(outcome, measured(outcome).as_ref(), &path).map_err(|error| error.to_string())?;
        owners::note(folder, &["figures.pdf"], outcome).map_err(|error| format!("{error:#}"))?;
        let kept = kept.map(|kept| format!("; {kept}")).unwrap_or_default();
        Ok(format!("wrote {}{of}{kept}", output::file(&written.path)))
    };
    let report = move |outcome: &Outcome| {
        let of = owners::of_run(outcome);
        owners::claim(&options.out, REPORT_FILES, outcome).map_err(|error| format!("{error:#}"))?;
        let written = export_report(outcome, measured(outcome).as_ref(), &options.out)
            .map_err(|error| error.to_string())?;
        owners::note(&options.out, REPORT_FILES, outcome).map_err(|error| format!("{error:#}"))?;
        // The last file is the one to open.
        Ok(written.last().map_or_else(String::new, |file| format!("wrote {}{of}", output::file(&file.path))))
    };
    let (runs, saved) = (folder.clone(), read_runs(&folder).unwrap_or_default());
    let save = move |model: &ModelFile| {
        let path = place_for(&folder, model);
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        model.save(&path).map_err(|error| error.to_string())?;
        let after = words::iterations(model.nll_history.len());
        let part = if model.is_partial { format!(", after {after}") } else { String::new() };
        Ok(format!("wrote {}{part}", output::file(&path)))
    };
    let hooks = Hooks {
        export: Box::new(export),
        report: Box::new(report),
        model: Box::new(save),
        delete: Box::new(move |run| {
            if let Err(error) = delete_run(&runs, run) {
                log::note(Level::Error, &error.to_string());
            }
        }),
        saved,
        journal: Box::new(log_note),
        given,
    };
    let left = tui::run(settings, display, hooks)?;
    if common.quiet {
        return Ok(());
    }
    output::print(&summary::text(&left, common.study.configured(), &again))
}
