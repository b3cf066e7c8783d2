//! A picture of one's own, found in the list of the Restore tab.

use std::fs;

use super::session::{ESCAPE, SMALL, Session};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/pictures");

#[test]
fn a_picture_is_chosen_from_the_list_and_restored() {
    let folder = tempfile::tempdir().unwrap();
    let photos = folder.path().join("photos");
    fs::create_dir(&photos).unwrap();
    fs::copy(format!("{FIXTURES}/gray.png"), photos.join("mine.png")).unwrap();
    fs::write(photos.join("broken.png"), b"no picture").unwrap();
    let mut session = Session::start(&SMALL, &[]);
    session.resize(120, 40);
    session.expect("✓ done");
    // Found by what it does, from another tab.
    session.press(":open picture");
    session.expect("open picture");
    session.press("\r");
    session.expect("name or path");
    session.press(&format!("{}\r", folder.path().display()));
    session.expect("photos/");
    session.press("pho");
    session.expect_that("one line", |screen| !screen.contents().contains("../"));
    session.press("\r");
    session.expect("mine.png");
    session.press("broken\r");
    session.expect("broken.png: ");
    session.press("\x15mine\r");
    session.expect("mine.png is restored first");
    session.expect("1 yours");
    session.expect("11 images, observed: 78 of 784");
    // Again from the tab itself, where the list begins in that folder.
    session.press("O");
    session.expect("broken.png");
    session.press(ESCAPE);
    session.expect("1 yours");
    session.press("q");
    assert_eq!(session.ended(), 0);
    assert!(session.text().contains("--restore"), "the command that repeats it: {}", session.text());
}
