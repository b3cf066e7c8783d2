//! Two terminals: one fits, the other watches and leaves, which changes nothing.

use std::fs;
use std::process::{Command, Stdio};

use crate::session::Session;

#[test]
fn a_fit_is_watched_from_another_terminal_and_left() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let fit = |out: &str, more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gmmscope"));
        command.args(["fit", "-k", "2", "--samples", "100", "--tolerance", "0", "--max-iterations", "300"]);
        command.args(["--out", out]).args(more).env("XDG_CONFIG_HOME", path("config"));
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let (watched, alone) = (path("watched.npz"), path("alone.npz"));
    let mut running = fit(&watched, &["--checkpoint", "0.001"]);
    let mut watcher = Session::start(&["watch", &watched], &[]);
    watcher.expect("iteration ");
    watcher.press("\x03");
    let code = watcher.ended();
    assert!(code == 130 || watcher.text().contains("the fit has ended"), "{code}");
    // Another one is killed.
    let second = Session::start(&["watch", &watched], &[]);
    second.expect("iteration ");
    drop(second);
    assert!(running.wait().unwrap().success());
    assert!(fit(&alone, &[]).wait().unwrap().success());
    assert!(fs::read(&watched).unwrap() == fs::read(&alone).unwrap());
}
