//! The terminal after every way to end: its attributes and its modes are what they were.

use std::io::Read;
use std::time::{Duration, Instant};

use gmmscope::study::Settings;
use gmmscope::tui::{Display, Hooks, Note};

use portable_pty::{CommandBuilder, native_pty_system};

use crate::session::{PATIENCE, SMALL, Session, size};

#[test]
fn keys_give_the_terminal_back() {
    for key in ["q", "\x03"] {
        let mut session = Session::start(&SMALL, &[]);
        session.expect("1 Transform");
        session.press(key);
        assert_eq!(session.ended(), 0, "{key:?}");
        session.assert_restored();
    }
}

#[test]
fn signals_give_the_terminal_back() {
    for name in ["TERM", "HUP", "INT", "QUIT", "USR1", "USR2", "ABRT", "ALRM", "XCPU"] {
        let mut session = Session::start(&["--samples", "2000", "--components", "10"], &[]);
        session.expect("1 Transform");
        session.signal(name);
        // The shell's view of a death by signal, or the emulator's: never a success.
        assert_ne!(session.ended(), 0, "SIG{name}");
        session.assert_restored();
    }
}

#[test]
#[cfg(target_os = "linux")]
fn an_abort_for_want_of_memory_gives_the_terminal_back() {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};

    let mut session = Session::start(&SMALL, &[]);
    session.expect("✓ done");
    let limit = Rlimit { current: Some(1), maximum: Some(1) };
    prlimit(Pid::from_raw(session.process()), Resource::As, limit).unwrap();
    // The next frame needs some 100 MB.
    session.resize(2000, 1000);
    assert_ne!(session.ended(), 0);
    session.assert_restored();
}

#[test]
#[cfg(target_os = "linux")]
fn a_signal_during_an_export_leaves_no_temporary_file() {
    use rustix::process::{Pid, Signal, kill_process};

    for signal in [Signal::TERM, Signal::HUP] {
        let folder = tempfile::tempdir().unwrap();
        let names = || -> Vec<String> {
            let entries = std::fs::read_dir(folder.path()).unwrap();
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
        };
        let out = folder.path().to_string_lossy().into_owned();
        let mut session = Session::start(&[&SMALL[..], &["--out", &out]].concat(), &[]);
        session.expect("✓ done");
        let process = Pid::from_raw(session.process()).unwrap();
        session.press("e");
        let start = Instant::now();
        while names().is_empty() {
            assert!(start.elapsed() < PATIENCE, "nothing is written");
            std::thread::sleep(Duration::from_micros(200));
        }
        kill_process(process, signal).unwrap();
        assert_ne!(session.ended(), 0);
        session.assert_restored();
        assert!(names().iter().all(|name| !name.ends_with(".tmp")), "{:?}", names());
    }
}

#[test]
fn a_panic_gives_the_terminal_back() {
    let program = std::env::current_exe().unwrap().to_string_lossy().into_owned();
    let test = "ends::a_dashboard_that_panics";
    let command = [&program, "--ignored", "--exact", test, "--nocapture"];
    let mut session = Session::run("-c", "exec \"$@\"", &command, &[("RUST_BACKTRACE", "0")]);
    session.expect("1 Transform");
    session.press("2");
    assert_ne!(session.ended(), 0);
    session.expect("a key is too much");
    session.assert_restored();
}

#[test]
#[ignore = "needs a terminal, which another test gives it"]
fn a_dashboard_that_panics() {
    let mut settings = Settings { samples: 150.into(), ..Settings::default() };
    settings.kmeans.components = 3;
    let settings = settings.check().unwrap();
    let journal = |note: Note<'_>| assert!(!matches!(note, Note::Key(_)), "a key is too much");
    let nothing = || Box::new(|_: &_| Ok(String::new()));
    let hooks = Hooks {
        export: nothing(),
        report: nothing(),
        model: Box::new(|_: &_| Ok(String::new())),
        delete: Box::new(|_| ()),
        saved: Vec::new(),
        journal: Box::new(journal),
        given: None,
    };
    drop(gmmscope::tui::run(settings, Display::default(), hooks));
}

#[test]
#[cfg(target_os = "linux")]
fn a_terminal_that_vanishes_without_a_signal_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("process");
    // The signal of a line that hangs up goes to the session of the terminal, and not to this one.
    let script = format!("setsid sh -c 'echo $$ >{}; exec \"$@\"' sh \"$@\"", file.display());
    let pair = native_pty_system().openpty(size(80, 24)).unwrap();
    let mut command = CommandBuilder::new("sh");
    command.args(["-c", &script, "sh", env!("CARGO_BIN_EXE_gmmscope")]);
    command.args(SMALL);
    command.env("TERM", "xterm-256color");
    command.env("XDG_CONFIG_HOME", "/nonexistent");
    let mut shell = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let (mut seen, mut buffer) = (Vec::new(), [0; 4096]);
    while !String::from_utf8_lossy(&seen).contains("done") {
        let count = reader.read(&mut buffer).unwrap();
        assert!(count > 0, "it has ended");
        seen.extend_from_slice(&buffer[..count]);
    }
    let process = std::fs::read_to_string(&file).unwrap();
    let process = std::path::Path::new("/proc").join(process.trim());
    assert!(process.exists());
    drop((reader, pair.master));
    let start = Instant::now();
    while process.exists() {
        assert!(start.elapsed() < PATIENCE, "it does not end");
        std::thread::sleep(Duration::from_millis(10));
    }
    shell.wait().unwrap();
}
