//! What the terminal is asked, what it may answer, and pictures in pixels, in the bytes that the program sends.

use std::time::Duration;

use crate::session::{ESCAPE, PATIENCE, SMALL, Session};

const BACKGROUND: &str = "\x1b]11;?\x1b\\";
const KITTY: &str = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\";
const ATTRIBUTES: &str = "\x1b[c";
/// The end of a frame.
const FRAME: &str = "\x1b[?2026l";

fn bytes(session: &Session) -> String {
    String::from_utf8_lossy(&session.seen().bytes).into_owned()
}

/// Waits until something holds.
fn until(what: &str, holds: impl Fn() -> bool) {
    let start = std::time::Instant::now();
    while !holds() {
        assert!(start.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Waits until the program has sent `wanted`.
fn sent(session: &Session, wanted: &str) {
    until(&format!("{wanted:?} was not sent"), || bytes(session).contains(wanted));
}

fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Session {
    Session::start(&[&SMALL, arguments].concat(), environment)
}

#[test]
fn the_terminal_is_asked_after_the_first_frame_and_its_answers_are_no_keys() {
    let mut session = start(&[], &[]);
    sent(&session, ATTRIBUTES);
    let stream = bytes(&session);
    let frame = stream.find(FRAME).unwrap();
    for question in [BACKGROUND, KITTY, ATTRIBUTES] {
        assert!(stream.find(question).unwrap() > frame, "{question:?} comes before the first frame");
    }
    session.expect("done in");
    assert!(!bytes(&session).contains("\x1b_Ga=T"), "nothing is answered: blocks");
    session.press("2");
    session.expect("training images of");
    // Late, in pieces.
    for piece in ["\x1b]11;rgb:ff", "ff/ffff/ffff\x1b", "\\\x1b_Gi=31;OK\x1b\\\x1b[6;", "18;9t\x1b[?62;4c"] {
        session.press(piece);
        std::thread::sleep(Duration::from_millis(150));
    }
    sent(&session, "\x1b_Ga=T,q=2,C=1,f=24,o=z,s=28,v=28,i=1,p=1,");
    session.expect("training images of");
    // Another tab takes them away.
    session.press("1");
    sent(&session, "\x1b_Ga=d,d=I,i=1,q=2");
    session.press("q");
    assert_eq!(session.ended(), 0);
    session.assert_restored();
}

#[test]
fn in_tmux_and_on_a_console_less_is_asked() {
    let tmux = start(&[], &[("TMUX", "/tmp/tmux-0/default,1,0")]);
    sent(&tmux, ATTRIBUTES);
    assert!(!bytes(&tmux).contains("\x1b_G"), "tmux takes it for a title");
    let chosen = start(&["--theme", "dark", "--pictures", "blocks"], &[]);
    let console = start(&[], &[("TERM", "linux")]);
    for session in [chosen, console] {
        session.expect("done in");
        for question in [BACKGROUND, KITTY, ATTRIBUTES] {
            assert!(!bytes(&session).contains(question), "{question:?}");
        }
    }
}

#[test]
fn sixels_are_sent_once_and_again_after_a_repaint() {
    let mut session = start(&["--pictures", "sixel"], &[]);
    session.expect("done in");
    session.press("2");
    session.expect("training images of");
    sent(&session, "\x1bP0;1;0q");
    let count = |session: &Session| bytes(session).matches("\x1bP0;1;0q").count();
    std::thread::sleep(Duration::from_millis(300));
    let before = count(&session);
    session.press("?");
    session.expect("search:");
    session.press(ESCAPE);
    until("what was covered is sent again", || count(&session) > before);
    std::thread::sleep(Duration::from_millis(300));
    let after = count(&session);
    session.press("\x0c");
    until("after a repaint all is sent again", || count(&session) > after);
    session.press("q");
    assert_eq!(session.ended(), 0);
    session.assert_restored();
}
