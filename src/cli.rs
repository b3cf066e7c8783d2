//! The command line: one file a command; this one parses, dispatches, reports errors.
//!
//! Exit codes: 0 done, 1 could not, 2 usage, 130 interrupted. Errors go to standard error: one line that names the thing, what is wrong
//! with it and a hint, then a line for each cause.

mod calibrate;
mod completions;
mod config;
mod data;
mod export;
mod files;
mod fit;
mod interrupt;
mod log;
mod man;
mod observe;
mod opened;
mod options;
mod output;
mod owners;
mod progress;
mod restore;
mod runs;
mod sample;
mod score;
mod shape;
mod summary;
mod sweep;
mod transform;
mod tui;
mod watch;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand};
use gmmscope::mixture::CovarianceFamily;
use gmmscope::study::{self, Control, EXPERIMENTS, Experiment, StudyError};

use options::{Mistake, StudyOptions, with_options};

/// The program's name, in usage, completions and the man page.
const NAME: &str = "gmmscope";

/// The version, and the cargo features that the program was built with.
const VERSION: &str = if cfg!(feature = "report") {
    concat!(env!("CARGO_PKG_VERSION"), " (features: cli, tui, pdf, report)")
} else {
    concat!(env!("CARGO_PKG_VERSION"), " (features: cli, tui, pdf)")
};

/// A dashboard and a toolbox for full-covariance Gaussian mixtures of images
///
/// Fits a mixture to Fashion-MNIST by k-means and expectation-maximisation (EM), draws samples from it,
/// restores images from some of their pixels, or from any linear measurements, in closed form, and writes the
/// figures to a PDF.
/// Without a command it opens the dashboard.
#[derive(Debug, Parser)]
#[command(name = NAME, version = VERSION, max_term_width = 100, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    study: StudyOptions,

    #[command(flatten)]
    tui: tui::Options,

    /// No progress on standard error, no summary after the dashboard
    #[arg(short, long, global = true)]
    quiet: bool,

    /// Run an experiment, a preset that shows something instructive: other options go before its settings
    #[arg(long, value_name = "NAME", global = true, value_parser = experiments())]
    experiment: Option<String>,

    /// The configuration file [default: $XDG_CONFIG_HOME/gmmscope/config.toml, else ~/.config/gmmscope/config.toml]
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,

    /// Write a log to this file: one line for each event, with the seconds since the start. It replaces what the file
    /// held once the command has checked what it was given
    #[arg(long, value_name = "FILE", global = true)]
    log: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  gmmscope                                         the dashboard
  gmmscope -k 3 --labels 0,1                       the dashboard, other settings
  gmmscope export --out out                        figures.pdf, the report, model.npz, metrics.json
  gmmscope fit -k 5 --out model.npz                a model for the next two
  gmmscope sweep --components 2,3,5,8              which K and which ridge
  gmmscope sample --model model.npz --out samples.npz
  gmmscope restore --model model.npz --out restored.npz
  gmmscope score --model model.npz
  gmmscope calibrate --model model.npz

Exit codes: 0 done, 1 could not, 2 usage, 130 interrupted.
In JSON, file names that are not UTF-8 have U+FFFD for what is not.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Open the dashboard (the default)
    Tui(tui::Options),
    Export(export::Options),
    Fit(fit::Options),
    Sweep(sweep::Options),
    Sample(sample::Options),
    Score(score::Options),
    Runs(runs::Options),
    Watch(watch::Options),
    #[command(visible_alias = "inpaint")]
    Restore(restore::Options),
    Calibrate(calibrate::Options),
    Transform(transform::Options),
    Data(data::Options),
    Config(config::Options),
    Completions(completions::Options),
    Man(man::Options),
}

/// The names of the experiments, each with what it is about.
fn experiments() -> PossibleValuesParser {
    let name = |experiment: &Experiment| PossibleValue::new(experiment.name).help(experiment.title);
    PossibleValuesParser::new(EXPERIMENTS.iter().map(name))
}

/// The options and the configuration that all commands share.
#[derive(Debug)]
struct Common {
    study: StudyOptions,
    /// The experiment that the settings are of.
    experiment: Option<&'static Experiment>,
    quiet: bool,
    config: config::Config,
    /// What signals cancel.
    control: Control,
}

/// Runs the program: its arguments, its exit code.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return parse_error(&error),
    };
    let ended = run(cli);
    interrupt::finish();
    match ended {
        Ok(()) => {
            log::finish(None);
            ExitCode::SUCCESS
        }
        Err(error) => failure(&error),
    }
}

fn run(cli: Cli) -> Result<()> {
    // These describe the program itself, and write no file: a signal ends them as any program.
    let is_about_itself =
        matches!(cli.command, Some(Command::Config(_) | Command::Completions(_) | Command::Man(_)));
    // The dashboard has its own way.
    let is_dashboard = matches!(cli.command, None | Some(Command::Tui(_)));
    if let Some(mistake) = cli.study.mistake() {
        return Err(mistake.clone().into());
    }
    let control = if is_about_itself || is_dashboard { Control::new() } else { interrupt::listen()? };
    let config = config::load(cli.config.as_deref());
    let mut study = cli.study.clone();
    let mut configured = config.as_ref().map(|config| config.settings.clone()).unwrap_or_default();
    let experiment = cli.experiment.as_deref().and_then(Experiment::find);
    if let Some(experiment) = experiment {
        configured = experiment.settings(&configured)?;
    }
    study.configure(configured);
    files::check(&cli, &study.settings())?;
    if let Some(path) = &cli.log {
        log::open(path)?;
    }
    // They work whatever the configuration file says.
    match &cli.command {
        Some(Command::Config(options)) => return config::run(cli.config.as_deref(), options),
        Some(Command::Completions(options)) => return completions::run(options),
        Some(Command::Man(options)) => return man::run(options),
        _ => {}
    }
    let fits = matches!(cli.command, None | Some(Command::Tui(_) | Command::Export(_) | Command::Fit(_)));
    if fits && study.is_given("rank") && study.settings().covariance != CovarianceFamily::LowRank {
        return Err(Usage(NO_RANK.to_owned()).into());
    }
    // Refused before any pool of threads is made of it.
    study::thread_count(0)?;
    let common = Common { study, experiment, quiet: cli.quiet, config: config?, control };
    match cli.command {
        None => tui::run(&common, cli.tui),
        Some(Command::Tui(options)) => tui::run(&common, options),
        Some(Command::Export(options)) => export::run(&common, &options),
        Some(Command::Fit(options)) => fit::run(&common, &options),
        Some(Command::Sweep(options)) => sweep::run(&common, &options),
        Some(Command::Sample(options)) => sample::run(&common, &options),
        Some(Command::Watch(options)) => watch::run(&common, &options),
        Some(Command::Runs(options)) => runs::run(&common, &options),
        Some(Command::Score(options)) => score::run(&common, &options),
        Some(Command::Restore(options)) => restore::run(&common, &options),
        Some(Command::Calibrate(options)) => calibrate::run(&common, &options),
        Some(Command::Transform(options)) => transform::run(&common, &options),
        Some(Command::Data(options)) => data::run(&common, &options),
        Some(Command::Config(_) | Command::Completions(_) | Command::Man(_)) => Ok(()),
    }
}

/// What is said where a rank is given that nothing has.
const NO_RANK: &str = "--rank is for low-rank covariances: give --covariance low-rank too";

/// A usage error that is found after parsing.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Usage(String);

/// Prints an error and its causes, with parameters as options; 130 for a signal, 2 for a setting out of its range, 1 for
/// all else.
fn failure(error: &anyhow::Error) -> ExitCode {
    log::finish(Some(&with_options(&format!("{error:#}"))));
    if let Some(mistake) = error.downcast_ref::<Mistake>() {
        let fault = &mistake.fault;
        output::complain("error: ", &one_line(&error.to_string()));
        output::complain("  ", &fault.text);
        output::complain("  ", &format!("{}^", " ".repeat(fault.position)));
        return ExitCode::from(2);
    }
    output::complain("error: ", &one_line(&with_options(&error.to_string())));
    for cause in error.chain().skip(1) {
        output::complain("  caused by: ", &one_line(&with_options(&cause.to_string())));
    }
    if error.is::<interrupt::Interrupted>() {
        return ExitCode::from(interrupt::EXIT_CODE);
    }
    let is_usage = |cause: &(dyn std::error::Error + 'static)| {
        cause.is::<Usage>() || matches!(cause.downcast_ref(), Some(StudyError::Setting { .. }))
    };
    ExitCode::from(if error.chain().any(is_usage) { 2 } else { 1 })
}

/// Help and version go to standard output; a mistake is one line on standard error.
fn parse_error(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // Colours are kept where standard output is a terminal. A closed pipe is no error.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    output::complain("", &condensed(&error.to_string()));
    ExitCode::from(2)
}

/// clap's message in one line, without the usage that follows it.
fn condensed(message: &str) -> String {
    let said = message.lines().take_while(|line| !line.starts_with("Usage:"));
    let said = said.filter(|line| !line.starts_with("For more information"));
    format!("{} (see --help)", one_line(&said.collect::<Vec<_>>().join("\n")))
}

/// Lines joined: by a space after a colon, else by a semicolon.
fn one_line(text: &str) -> String {
    let mut joined = String::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !joined.is_empty() {
            joined.push_str(if joined.ends_with(':') { " " } else { "; " });
        }
        joined.push_str(line);
    }
    joined
}

/// The parser's description of itself, for completions and the man page.
fn command() -> clap::Command {
    Cli::command()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_description_of_the_command_line_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn a_parse_error_is_one_line() {
        let error = |words: &[&str]| condensed(&Cli::try_parse_from(words).unwrap_err().to_string());
        assert_eq!(
            error(&["gmmscope", "sample"]),
            "error: the following required arguments were not provided: --model <FILE>; --out <FILE> (see --help)"
        );
        assert_eq!(
            error(&["gmmscope", "-k", "-1"]),
            "error: invalid value '-1' for '--components <K>': write a whole number, 0 or larger (see --help)"
        );
    }
}
