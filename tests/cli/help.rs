//! Help, version, completions, manual pages, and mistakes in the arguments.

use gmmscope::study::SETTINGS;

use crate::program::Place;

const COMMANDS: [&str; 12] = [
    "tui",
    "export",
    "fit",
    "sweep",
    "sample",
    "restore",
    "calibrate",
    "transform",
    "data",
    "config",
    "completions",
    "man",
];

#[test]
fn every_command_has_help_with_the_common_options() {
    let place = Place::new();
    let help = place.run(&["--help"]).done();
    for command in COMMANDS {
        assert!(help.contains(&format!("\n  {command} ")), "{command}");
        let help = place.run(&[command, "--help"]).done();
        for setting in SETTINGS {
            assert!(help.contains(&format!("--{}", setting.key)), "{} of {command}", setting.key);
        }
    }
    let features = if cfg!(feature = "report") { "cli, tui, pdf, report" } else { "cli, tui, pdf" };
    let version = format!("gmmscope {} (features: {features})\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(place.run(&["--version"]).done(), version);
}

#[test]
fn every_shell_has_completions_and_every_command_a_manual_page() {
    let place = Place::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = place.run(&["completions", shell]).done();
        for word in ["max-iterations", "inpaint", "print-default", "no-mouse", "log"] {
            assert!(script.contains(word), "{word} for {shell}");
        }
    }
    let page = place.run(&["man"]).done();
    assert!(page.contains(".TH gmmscope 1") && page.contains("restore"));
    for command in COMMANDS {
        let page = place.run(&["man", command]).done();
        assert!(page.contains(&format!(".TH gmmscope-{command} 1")), "{}", &page[..200]);
    }
    assert!(place.run(&["man", "nothing"]).error(2).contains("nothing is not a command"));
}

#[test]
fn mistakes_in_the_arguments_are_one_line_and_code_2() {
    let place = Place::new();
    for (words, expected) in [
        (&["frobnicate"][..], "frobnicate is neither a command nor a model file"),
        (&["fit", "--colour"], "unexpected argument '--colour' found"),
        (&["fit", "-k", "two"], "invalid value 'two' for '--components <K>'"),
        (&["fit", "--samples", "some"], "write a whole number, or all"),
        (&["fit", "--resize", "32"], "write rows x columns, such as 32x48"),
        (&["fit", "--kmeans-init", "best"], "invalid value 'best' for '--kmeans-init <START>'"),
        (&["sample", "--count", "3"], "--model <FILE>"),
        (&["completions", "tcsh"], "invalid value 'tcsh'"),
    ] {
        let message = place.run(words).error(2);
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn settings_out_of_range_are_named_with_a_hint() {
    let place = Place::new();
    for (words, expected) in [
        (&["-k", "0"][..], "--components is 0: choose at least 1"),
        (&["--samples", "0"], "--samples is 0: choose at least 1"),
        (
            &["-k", "11", "--samples", "10"],
            "--components is 11: choose at most as many components as images (--samples 10)",
        ),
        (&["--labels", "1,1"], "--labels is 1,1: give label 1 once"),
        (&["--test-share", "1"], "--test-share is 1: choose a fraction from 0 to 0.9"),
        (&["--ridge", "-1"], "--ridge is -1: choose a finite number, 0 or larger"),
        (&["--tolerance", "nan"], "--tolerance is NaN: choose a finite number, 0 or larger"),
        (&["--observed", "1.5"], "--observed is 1.5: choose a fraction from 0 to 1"),
        (&["--restarts", "0"], "--restarts is 0: choose 1 to 1000000"),
        (
            &["--samples", "18001"],
            "--samples is 18001: choose at most 18000, the number of training images of --labels 0,1,8",
        ),
    ] {
        for command in [&["fit"][..], &["export", "--out", "results"]] {
            assert_eq!(place.run(&[command, words].concat()).error(2), expected);
        }
    }
}

#[test]
fn the_dashboard_says_so_when_there_is_no_terminal() {
    let place = Place::new();
    for words in [&[][..], &["tui"], &["-k", "3"]] {
        let output = place.command(words).stdin(std::process::Stdio::null()).output().unwrap();
        let message = crate::program::Ran::from(output).error(1);
        assert!(message.contains("needs a terminal") && message.contains("gmmscope export"), "{message}");
    }
}
