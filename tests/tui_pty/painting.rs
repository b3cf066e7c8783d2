//! A mask painted with keys and with the mouse, and what it costs on the wire.

use std::time::Duration;

use super::session::{ESCAPE, SMALL, Session};

#[test]
fn a_painted_stroke_restores_anew_in_few_bytes() {
    let mut session = Session::start(&SMALL, &[]);
    session.expect("✓ done");
    session.press("6");
    session.expect("10 images, observed: 78 of 784");
    session.press("v");
    session.expect("mask, to paint on");
    session.press("f");
    session.expect("784 of 784");
    session.expect("∞ dB");
    // The brush is down: a square of missing pixels, and its restoration.
    session.press(" ");
    session.expect("775 of 784");
    session.expect_that("a finite PSNR", |screen| !screen.contents().contains("∞ dB"));
    std::thread::sleep(Duration::from_millis(300));
    let (before, colours) = (session.written(), session.seen().emulator.screen().contents_formatted());
    session.press("\x1b[C");
    session.expect("772 of 784");
    std::thread::sleep(Duration::from_millis(300));
    let bytes = session.written() - before;
    // 4 KB, and what an image of 28 x 14 cells takes.
    assert!((1..4_000 + 28 * 14 * 24).contains(&bytes), "{bytes} bytes for a stroke");
    assert_ne!(session.seen().emulator.screen().contents_formatted(), colours);
    session.press("u");
    session.expect("784 of 784");
    // Press, drag and release of the mouse: ten pixels to the right, three rows high.
    session.press("\x1b[<0;6;10M\x1b[<32;16;10M\x1b[<0;16;10m");
    session.expect("745 of 784");
    // After the last kind of mask comes the first, with the study's own pixels.
    session.press("}");
    session.expect("78 of 784");
    session.press(ESCAPE);
    session.expect("truth");
    session.press("q");
    assert_eq!(session.ended(), 0);
    session.assert_restored();
}

#[test]
fn finer_glyphs_stay_within_the_budget() {
    let mut session = Session::start(&[&SMALL[..], &["--color", "256"]].concat(), &[]);
    session.resize(120, 40);
    session.expect("✓ done");
    for (tab, shown) in [("2", "training images"), ("6", "mean PSNR")] {
        session.press(tab);
        session.expect(shown);
        if tab == "6" {
            session.press("v");
            session.expect("draw 2 (");
        }
        for glyphs in ["quadrants", "sextants", "octants", "half blocks"] {
            session.press("d");
            session.expect(glyphs);
            std::thread::sleep(Duration::from_millis(300));
            let before = session.written();
            // Repaints everything.
            session.press("\x0c");
            std::thread::sleep(Duration::from_millis(500));
            let bytes = session.written() - before;
            assert!((2_000..100_000).contains(&bytes), "{bytes} bytes in {glyphs} on tab {tab}");
        }
    }
}
