//! The configuration file, from outside: where it is found, what it changes, who wins, how it fails.

use std::fs;

use crate::program::Place;

fn configured(place: &Place, text: &str) {
    let folder = place.path("config").join("gmmscope");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("config.toml"), text).unwrap();
}

#[test]
fn the_default_file_is_right_and_changes_nothing() {
    let place = Place::new();
    let before = place.run(&["data", "--json"]).done();
    configured(&place, &place.run(&["config", "--print-default"]).done());
    assert!(place.run(&["config"]).done().ends_with("is valid\n"));
    assert_eq!(place.run(&["data", "--json"]).done(), before);
}

#[test]
fn it_is_found_in_its_place() {
    let place = Place::new();
    let expected = place.path("config").join("gmmscope").join("config.toml");
    assert_eq!(place.run(&["config", "--path"]).done(), format!("{}\n", expected.display()));
    assert!(place.run(&["config"]).done().ends_with("does not exist: the defaults hold\n"));
    // Without XDG_CONFIG_HOME, in the home's .config.
    let mut command = place.command(&["config", "--path"]);
    command.env_remove("XDG_CONFIG_HOME").env("HOME", "/home/someone");
    let path = String::from_utf8(command.output().unwrap().stdout).unwrap();
    assert_eq!(path, "/home/someone/.config/gmmscope/config.toml\n");
}

#[test]
fn its_settings_hold_and_the_command_line_wins() {
    let place = Place::new();
    configured(
        &place,
        "[settings]\ncomponents = 2\nsamples = 60\nmax-iterations = 1\nridge = 1e-3\nseed = 9\n",
    );
    let report = place.run(&["fit", "--json"]).json();
    assert_eq!(
        (&report["components"], &report["samples"], &report["seed"]),
        (&2.into(), &60.into(), &9.into())
    );
    let report = place.run(&["fit", "--json", "--seed", "4", "-k", "1"]).json();
    assert_eq!(
        (&report["components"], &report["samples"], &report["seed"]),
        (&1.into(), &60.into(), &4.into())
    );
    let other = place.file("other.toml", "[settings]\nsamples = 50\n");
    let small = ["fit", "--json", "-k", "1", "--max-iterations", "1", "--config", other.to_str().unwrap()];
    assert_eq!(place.run(&small).json()["samples"], 50);
}

#[test]
fn a_fault_names_the_file_the_line_and_a_hint() {
    let place = Place::new();
    for (text, what) in [
        ("mouse = true\n\ncolour = 'auto'\n", "line 3: unknown key colour: did you mean color?"),
        ("[settings]\nsampels = 3\n", "line 2: unknown setting sampels: did you mean samples?"),
        ("[keys.tabs]\nexport = 'q'\n", "line 2: the key q is bound twice, to tabs.quit and to tabs.export"),
    ] {
        configured(&place, text);
        for words in [&["config"][..], &["data"], &[]] {
            let message = place.run(words).error(2);
            assert!(message.contains("config.toml, ") && message.contains(what), "{message}");
        }
        // What prints about the program itself still works.
        place.run(&["config", "--print-default"]).done();
        place.run(&["completions", "bash"]).done();
    }
}

#[test]
fn a_file_that_was_asked_for_must_be_there() {
    let place = Place::new();
    let message = place.run(&["data", "--config", "missing.toml"]).error(1);
    assert_eq!(message, "the configuration file missing.toml cannot be read");
}
