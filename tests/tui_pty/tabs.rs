//! Every tab, the form, the palette and exports, as a person goes through them.

use std::path::Path;

use gmmscope::study::SETTINGS;

use crate::session::{ESCAPE, SMALL, Session};

#[test]
fn every_tab_while_the_fit_runs_then_export_resize_and_quit() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("figures").to_string_lossy().into_owned();
    let mut session = Session::start(&[&SMALL[..], &["--out", &out]].concat(), &[]);
    // Paused at once, so that the study is under way while every tab is visited.
    session.press(" ");
    session.expect("paused");
    for (key, shown) in [
        ("1", "p_Z"),
        ("2", "Trouser"),
        ("3", "inertia"),
        ("4", "eans"),
        ("5", "still to come"),
        ("6", "still to come"),
    ] {
        session.press(key);
        session.expect(shown);
    }
    session.press("?");
    session.expect("search:");
    session.press(ESCAPE);
    session.press("3");
    session.expect("k-means ");
    session.press("n");
    session.press(" ");
    session.expect("✓ done");
    for (key, shown) in
        [("4", "π₁ = 0."), ("5", "component "), ("7", "in front"), ("6", "PSNR"), ("t", "Bayes' rule")]
    {
        session.press(key);
        session.expect(shown);
    }
    session.press(ESCAPE);
    session.expect("PSNR ");
    session.press("e");
    session.expect("wrote ");
    assert_is_pdf(&folder.path().join("figures/figures.pdf"));

    session.resize(20, 5);
    session.expect("too small");
    session.resize(120, 40);
    session.expect("6 Restore ✓");
    session.expect("mean PSNR");
    session.press("q");
    assert_eq!(session.ended(), 0);
    session.assert_restored();
}

fn assert_is_pdf(path: &Path) {
    let pages = lopdf::Document::load(path).unwrap().get_pages().len();
    assert!(pages >= 6, "{pages} pages");
}

#[test]
fn a_form_reruns_and_new_samples_differ() {
    let mut session = Session::start(&SMALL, &[]);
    session.expect("✓ done");
    session.press("5");
    session.expect("component ");
    let before = session.seen().emulator.screen().contents_formatted();
    session.press("r");
    session.expect("draw 2");
    assert_ne!(session.seen().emulator.screen().contents_formatted(), before);
    session.press("s");
    session.expect("Settings of the next run");
    // K is the first field.
    session.press("\x7f0");
    session.expect("Fix the marked fields");
    session.press("\x7f2");
    session.expect("was 3");
    session.press("\r");
    session.expect("run 2 started");
    session.expect("✓ done");
    session.press("4");
    session.expect("π₂ = ");
    assert!(!session.text().contains("π₃ = "), "{}", session.text());
    session.press("\x03");
    assert_eq!(session.ended(), 0);
    session.assert_restored();
}

#[test]
fn a_change_of_the_mask_alone_keeps_the_fit() {
    let mut session = Session::start(&SMALL, &[]);
    session.expect("✓ done");
    session.press("s");
    session.expect("Settings of the next run");
    let observed = SETTINGS.iter().position(|setting| setting.key == "observed").unwrap();
    session.press(&"\t".repeat(observed));
    // In place of what the field has.
    session.press("0.15");
    session.expect("k-means and EM are kept");
    session.press("\r");
    session.expect("run 2 started");
    session.press("6");
    session.expect("PSNR");
    session.press("q");
    assert_eq!(session.ended(), 0);
    let text = session.text();
    assert!(text.contains("--observed 0.15"), "{text}");
}

#[test]
fn an_export_that_fails_is_said_and_nothing_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let blocked = folder.path().join("file");
    std::fs::write(&blocked, "not a folder").unwrap();
    let out = blocked.join("below").to_string_lossy().into_owned();
    let mut session = Session::start(&[&SMALL[..], &["--out", &out]].concat(), &[]);
    session.expect("✓ done");
    session.press("e");
    session.expect("export failed");
    session.press("q");
    assert_eq!(session.ended(), 0);
    assert_eq!(std::fs::read_to_string(&blocked).unwrap(), "not a folder");
}

#[test]
fn a_study_that_fails_is_explained_on_the_screen() {
    // 4000 components of 150 images are refused before the dashboard; a label without images is found inside.
    let mut session = Session::start(&["--samples", "20000"], &[]);
    session.expect("✗ stopped");
    session.press("5");
    session.expect("The study stopped.");
    session.press("q");
    assert_eq!(session.ended(), 0);
    session.assert_restored();
}

#[test]
fn the_palette_finds_and_does() {
    let mut session = Session::start(&SMALL, &[]);
    session.expect("✓ done");
    session.press("\x10");
    session.expect("find:");
    session.press("samples");
    session.expect("go samples");
    session.press("\r");
    session.expect("component ");
    session.press(":");
    session.expect("find:");
    session.press(ESCAPE);
    session.expect("component ");
    session.press("q");
    assert_eq!(session.ended(), 0);
}
