//! What the terminal sends, cut by the network; and the key Esc, which begins the same way.

use std::thread::sleep;
use std::time::Duration;

use crate::session::{ESCAPE, SMALL, Session};

/// A study that goes on until it is cancelled, and its log.
fn running() -> (Session, tempfile::NamedTempFile) {
    let log = tempfile::NamedTempFile::new().unwrap();
    let path = log.path().to_string_lossy().into_owned();
    let mut session = Session::start(&[&SMALL[..], &["--log", &path]].concat(), &[]);
    session.press(" ");
    session.expect("paused");
    (session, log)
}

/// Sends `parts`, with a pause between them.
fn send(session: &mut Session, parts: &[&str], pause: u64) {
    for part in parts {
        session.press(part);
        sleep(Duration::from_millis(pause));
    }
}

fn assert_not_armed(session: &Session, log: &tempfile::NamedTempFile) {
    session.expect("paused");
    assert!(!session.text().contains("press Esc again"), "{}", session.text());
    let log = std::fs::read_to_string(log.path()).unwrap();
    assert!(!log.contains("cancel"), "{log}");
}

#[test]
fn a_cut_sequence_is_whole() {
    let (mut session, log) = running();
    let mouse = |session: &Session| session.seen().emulator.screen().mouse_protocol_mode();
    let before = mouse(&session);
    // Arrows.
    send(&mut session, &["\x1b", "[C\x1b", "[D\x1bO", "C\x1b[", "D"], 50);
    assert_not_armed(&session, &log);
    // A paste that has commands in it.
    send(&mut session, &["\x1b", "[200~quit\x1b", "[201~"], 50);
    assert_not_armed(&session, &log);
    // A press and a release, whose M and m are a command.
    send(&mut session, &["\x1b", "[<0;40;23M\x1b", "[<0;40;23", "m"], 50);
    assert_not_armed(&session, &log);
    assert_eq!(mouse(&session), before);
    // Even the rest of a sequence whose ESC was long ago is no command.
    send(&mut session, &["\x1b", "[C\x1b", "[C\x1b", "[<0;40;23m\x1b", "[200~q\x1b[201~"], 400);
    session.expect("paused");
    assert_eq!(mouse(&session), before);
    let text = std::fs::read_to_string(log.path()).unwrap();
    assert!(!text.contains("cancelled"), "{text}");
    session.press("q");
    assert_eq!(session.ended(), 0);
}

#[test]
fn escape_twice_within_two_seconds_cancels() {
    let (mut session, log) = running();
    let armed = "press Esc again to stop";
    // Too late, and the screen says so.
    session.press(ESCAPE);
    session.expect(armed);
    session.expect_that("no more than two seconds", |screen| !screen.contents().contains(armed));
    session.press(ESCAPE);
    session.expect(armed);
    // Something else between them: a key without meaning, a click.
    for other in ["#", "\x1b[<0;40;23M\x1b[<0;40;23m"] {
        session.press(other);
        session.expect_that("not armed", |screen| !screen.contents().contains(armed));
        session.press(ESCAPE);
        session.expect(armed);
    }
    // Alt and a key is no Esc.
    send(&mut session, &["\x1bw", "\x1bw", "\x1bw"], 50);
    assert_not_armed(&session, &log);
    session.press(ESCAPE);
    session.expect(armed);
    session.press(ESCAPE);
    session.expect_that("the end of the fit", |screen| {
        screen.contents().contains("cancelled") || screen.contents().contains("stopped")
    });
    let log = std::fs::read_to_string(log.path()).unwrap();
    assert!(log.contains("study 1: cancelled"), "{log}");
    session.press("q");
    assert_eq!(session.ended(), 0);
}

#[test]
fn two_escapes_in_one_piece_cancel_too() {
    let (mut session, _log) = running();
    session.press("\x1b\x1b");
    session.expect_that("the end of the fit", |screen| {
        screen.contents().contains("cancelled") || screen.contents().contains("stopped")
    });
    session.press("q");
    assert_eq!(session.ended(), 0);
}

#[test]
fn the_mouse_reports_clicks_and_drags_alone() {
    let mut session = Session::start(&SMALL, &[]);
    session.expect("✓ done");
    assert_eq!(
        session.seen().emulator.screen().mouse_protocol_mode(),
        vt100::MouseProtocolMode::ButtonMotion
    );
    session.press("mm");
    session.expect("mouse: for the dashboard");
    session.press("q");
    assert_eq!(session.ended(), 0);
    let bytes = String::from_utf8_lossy(&session.seen().bytes).into_owned();
    assert!(bytes.contains("\x1b[?1002h") && !bytes.contains("\x1b[?1003h"));
}

#[test]
fn what_the_mouse_sends_after_the_end_does_not_reach_the_shell() {
    let left = "stty -icanon -echo min 0 time 5; echo \"left: $(cat -v | wc -c) bytes\"";
    for end in ["q", "\x03"] {
        let mut session = Session::start_in_shell(&format!("\"$@\"; {left}"), &SMALL);
        session.expect("✓ done");
        session.press(end);
        for column in 1..=257 {
            session.press(&format!("\x1b[<32;{column};10M"));
            sleep(Duration::from_millis(2));
        }
        session.expect("left: 0 bytes");
    }
}
