//! Manners: signals, suspension, a terminal that goes away, the configuration, what is left behind.

use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, native_pty_system};

use crate::session::{ESCAPE, PATIENCE, SMALL, Session, size};

#[test]
fn signals_end_it_while_every_core_is_busy() {
    for name in ["TERM", "HUP"] {
        // Under a large ridge responsibilities go on changing, and no iteration is spared.
        let busy = ["--samples", "6000", "--ridge", "1e-2", "--tolerance", "0", "--max-iterations", "9999"];
        let mut session = Session::start(&busy, &[]);
        session.expect("EM  iteration");
        session.signal(name);
        assert_ne!(session.ended(), 0, "SIG{name}");
        session.assert_restored();
    }
}

#[test]
fn a_terminal_that_goes_away_ends_it() {
    let pair = native_pty_system().openpty(size(80, 24)).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_gmmscope"));
    command.args(["--samples", "6000", "--components", "10"]);
    command.env("TERM", "xterm-256color");
    command.env("XDG_CONFIG_HOME", "/nonexistent");
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    // Nobody reads: the program comes to wait for room in the terminal's buffer, and then the terminal is gone.
    std::thread::sleep(Duration::from_secs(1));
    assert!(child.try_wait().unwrap().is_none(), "it is still there");
    drop(pair.master);
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("it does not end");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A configuration file with this text; its folder is removed with the value.
fn configuration(text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    std::fs::write(&path, text).unwrap();
    (folder, path.to_string_lossy().into_owned())
}

#[test]
fn a_configuration_binds_keys_and_leaves_the_mouse() {
    let (_folder, path) = configuration(
        "mouse = false\n[settings]\nsamples = 150\ncomponents = 3\n[keys.tabs]\nhelp = '~'\nquit = 'Q'\n",
    );
    let mut session = Session::start(&["--config", &path], &[]);
    session.expect("✓ done");
    session.expect("~ help  Q quit");
    let no_mouse = |screen: &vt100::Screen| screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None;
    assert!(no_mouse(session.seen().emulator.screen()));
    session.press("3");
    session.expect("3 Gaussians, 150 images");
    session.press("~");
    session.expect("search:");
    session.press(ESCAPE);
    session.press("m");
    session.expect_that("the mouse is heard", |screen| !no_mouse(screen));
    session.press("q");
    session.press("Q");
    assert_eq!(session.ended(), 0);
    session.assert_restored();
}

#[test]
fn what_was_found_is_left_on_the_screen_of_the_shell() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out").to_string_lossy().into_owned();
    let log = folder.path().join("run.log");
    let log_text = log.to_string_lossy().into_owned();
    let mut session = Session::start(&[&SMALL[..], &["--out", &out, "--log", &log_text]].concat(), &[]);
    session.expect("✓ done");
    session.press("e");
    session.expect("wrote ");
    session.press("q");
    assert_eq!(session.ended(), 0);
    session.expect("again");
    let text = session.text();
    for part in [
        "K = 3, S = 150, labels 0,1,8, seed 0",
        "does not generalise",
        "nats per image",
        "mean PSNR",
        "figures.pdf",
        "gmmscope --components 3 --samples 150",
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
    let log = std::fs::read_to_string(log).unwrap();
    for part in ["debug  key: export", "info   wrote ", "study 1: finished", "left by the user"] {
        assert!(log.contains(part), "{part}:\n{log}");
    }
}

#[test]
fn with_quiet_nothing_is_left() {
    let mut session = Session::start(&[&SMALL[..], &["--quiet"]].concat(), &[]);
    session.expect("1 Transform");
    session.press("q");
    assert_eq!(session.ended(), 0);
    session.assert_restored();
    assert!(!session.text().contains("again"), "{}", session.text());
}

#[test]
fn without_a_terminal_it_says_what_to_do() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_gmmscope"))
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("terminal") && error.contains("export"), "{error}");
    assert!(output.stdout.is_empty());
}
