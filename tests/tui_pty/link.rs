//! What is sent over the link: nothing while idle, little for a cursor, no colour where none is wanted.

use std::time::Duration;

use crate::session::{SMALL, Session};

#[test]
fn idle_sends_nothing_and_a_key_without_meaning_nothing_either() {
    let mut session = Session::start(&SMALL, &[]);
    session.expect("✓ done");
    // The frame that is under way.
    std::thread::sleep(Duration::from_millis(300));
    let before = session.written();
    std::thread::sleep(Duration::from_secs(10));
    assert_eq!(session.written(), before, "bytes were sent while nothing happened");
    session.press("#");
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(session.written(), before, "a key that means nothing was answered");
}

#[test]
fn a_full_tab_of_images_takes_less_than_100_kilobytes() {
    let mut session = Session::start(&SMALL, &[]);
    session.resize(120, 40);
    session.expect("✓ done");
    session.press("4");
    session.expect("means");
    session.press("2");
    session.expect("training images");
    std::thread::sleep(Duration::from_millis(300));
    let before = session.written();
    // Repaints everything.
    session.press("\x0c");
    std::thread::sleep(Duration::from_millis(500));
    let bytes = session.written() - before;
    assert!((2_000..100_000).contains(&bytes), "{bytes} bytes");
    let before = session.written();
    session.press("\x1b[C");
    session.expect("image 2, number");
    std::thread::sleep(Duration::from_millis(200));
    let bytes = session.written() - before;
    assert!((1..4_000).contains(&bytes), "{bytes} bytes for moving the cursor");
}

#[test]
fn without_colours_no_colour_is_sent() {
    for (arguments, environment) in [
        (&["--color", "none"][..], &[][..]),
        (&[][..], &[("NO_COLOR", "1")][..]),
        (&[][..], &[("TERM", "dumb")][..]),
        (&[][..], &[("TERM", "xterm-mono")][..]),
        (&[][..], &[("TERM", "vt320")][..]),
    ] {
        let mut session = Session::start(&[&SMALL[..], arguments].concat(), environment);
        session.expect("✓ done");
        for key in ["2", "4", "6"] {
            session.press(key);
        }
        session.expect("PSNR");
        let bytes = String::from_utf8_lossy(&session.seen().bytes).into_owned();
        for part in bytes.split("\x1b[").skip(1) {
            let Some((parameters, _)) =
                part.split_once('m').filter(|(p, _)| p.bytes().all(|b| b.is_ascii_digit() || b == b';'))
            else {
                continue;
            };
            for code in parameters.split(';') {
                let code: u32 = code.parse().unwrap_or(0);
                let colored = matches!(code, 30..=38 | 40..=48 | 90..=97 | 100..=107);
                assert!(!colored, "a colour with {arguments:?} {environment:?}: {parameters}");
            }
        }
        session.press("q");
        assert_eq!(session.ended(), 0);
    }
}

#[test]
fn with_sixteen_colours_no_sequence_of_more_is_sent() {
    for (arguments, environment) in [(&["--color", "16"][..], &[][..]), (&[][..], &[("TERM", "linux")][..])] {
        let mut session = Session::start(&[&SMALL[..], arguments].concat(), environment);
        session.expect("✓ done");
        for (key, shown) in [("2", "training images"), ("4", "covariances"), ("6", "PSNR")] {
            session.press(key);
            session.expect(shown);
        }
        session.press("q");
        assert_eq!(session.ended(), 0);
        let bytes = String::from_utf8_lossy(&session.seen().bytes).into_owned();
        assert!(bytes.contains("\x1b[36") || bytes.contains(";36m"), "cyan is missing");
        for more in ["38;5;", "48;5;", "38;2;", "48;2;"] {
            assert!(!bytes.contains(more), "{more} with {arguments:?} {environment:?}");
        }
    }
}

#[test]
fn numbers_are_copied_by_an_escape_sequence() {
    let mut session = Session::start(&SMALL, &[]);
    session.expect("✓ done");
    session.press("3");
    session.expect("NLL, nats");
    session.press("Y");
    session.expect("copied ");
    session.press("q");
    assert_eq!(session.ended(), 0);
    let bytes = String::from_utf8_lossy(&session.seen().bytes).into_owned();
    let copied = bytes.split("\x1b]52;c;").nth(1).unwrap();
    let copied = copied.split(['\x1b', '\x07']).next().unwrap();
    // "iteration" and a tab, in base 64.
    assert!(copied.starts_with("aXRlcmF0aW9uC"), "{copied}");
}
