//! Stopped and continued: by a shell with job control, from outside, and where there is no shell.
#![cfg(target_os = "linux")]

use std::time::{Duration, Instant};

use crate::session::{PATIENCE, SMALL, Session};

/// The state of a process: 'T' is stopped.
fn state(process: i32) -> char {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    stat.rsplit(") ").next().unwrap().chars().next().unwrap()
}

fn wait_for(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < PATIENCE, "waited for {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn expect_dashboard(session: &Session) {
    session.expect_that("the dashboard again", |screen| screen.alternate_screen() && screen.hide_cursor());
    session.expect("1 Transform ✓");
    wait_for("raw mode", || !session.attributes().contains("ICANON"));
}

#[test]
fn a_shell_stops_it_and_brings_it_back() {
    // Its own job, and part of one, which a signal to its leader would not reach.
    for (job, ways) in [("\"$@\"", ["key", "signal"]), ("sh -c '\"$@\"; true' sh \"$@\"", ["key", "key"])] {
        let script = format!("{job}; echo stopped; read line; fg; read line; fg; echo the end");
        let mut session = Session::start_in_shell(&script, &SMALL);
        session.expect("✓ done");
        let program = session.process();
        for how in ways {
            match how {
                "key" => session.press("\x1a"),
                _ => session.signal_to(program, "TSTP"),
            }
            session.expect_that("the screen of the shell", |screen| !screen.alternate_screen());
            wait_for("a stop", || state(program) == 'T');
            session.assert_restored();
            // The shell's line.
            session.press("\n");
            expect_dashboard(&session);
        }
        session.press("2");
        session.expect("training images");
        session.press("q");
        session.expect("the end");
        assert_eq!(session.ended(), 0);
        session.assert_restored();
    }
}

#[test]
fn it_does_not_stop_where_nothing_could_continue_it() {
    let mut session = Session::start(&SMALL, &[]);
    session.expect("✓ done");
    for how in ["key", "signal"] {
        match how {
            "key" => session.press("\x1a"),
            _ => session.signal("TSTP"),
        }
        session.expect("not suspended: no shell here could continue it");
        assert_ne!(state(session.process()), 'T');
        // Works on.
        session.press("2");
        session.expect("training images");
        session.press("1");
        session.expect("p_Z");
    }
    session.press("q");
    assert_eq!(session.ended(), 0);
}

#[test]
fn stopped_from_outside_it_comes_back_whole() {
    let mut session = Session::start(&SMALL, &[]);
    session.expect("✓ done");
    session.signal("STOP");
    wait_for("a stop", || state(session.process()) == 'T');
    // As a shell does with its own line.
    let sane = ["-F", &session.terminal(), "sane"];
    assert!(std::process::Command::new("stty").args(sane).status().unwrap().success());
    session.seen().emulator.process(b"\x1b[?2004l\x1b[?25h\x1b[2J[1]+ Stopped");
    session.resize(100, 30);
    session.signal("CONT");
    expect_dashboard(&session);
    session.expect_that("paste and mouse", |screen| {
        screen.bracketed_paste() && screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None
    });
    session.press("2");
    session.expect("training images");
    session.press("q");
    assert_eq!(session.ended(), 0);
    session.assert_restored();
}
