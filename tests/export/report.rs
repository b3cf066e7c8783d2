//! The report: its files, its figures, and that any run's numbers reach its text.

use std::fs;

use gmmscope::export::export_report;
use gmmscope::study::{Outcome, Settings};
use serde_json::Value;
use tempfile::TempDir;

use crate::outcome;
use crate::reader::Pdf;

/// The folder with the report on an outcome.
pub fn report(outcome: &Outcome) -> TempDir {
    let folder = TempDir::new().unwrap();
    export_report(outcome, None, folder.path()).unwrap();
    folder
}

fn numbers(folder: &TempDir) -> Value {
    serde_json::from_slice(&fs::read(folder.path().join("report.json")).unwrap()).unwrap()
}

#[test]
fn the_text_refers_to_files_that_are_there() {
    let folder = report(&outcome::complete(3, 90, &[0, 1, 8]));
    let text = fs::read_to_string(folder.path().join("report.typ")).unwrap();
    assert_eq!(text, include_str!("../../src/export/report/report.typ"), "one text for all runs");
    for call in ["json(\"", "image(\""] {
        let files: Vec<&str> = text.split(call).skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        assert!(
            !files.is_empty() && files.iter().all(|file| folder.path().join(file).is_file()),
            "{files:?}"
        );
    }
}

#[test]
fn every_check_has_its_name_in_the_text() {
    let text = include_str!("../../src/export/report/report.typ");
    for check in &outcome::complete(1, 20, &[8]).transform.as_ref().unwrap().checks {
        assert!(text.contains(&format!("{:?}:", check.name)), "{}", check.name);
    }
}

#[test]
fn every_figure_is_alone_on_a_page_without_empty_space() {
    for (components, samples) in [(1, 20), (3, 90), (5, 90), (10, 120), (20, 400)] {
        let made = outcome::complete(components, samples, if components == 1 { &[8] } else { &[0, 1, 8] });
        let made = if components >= 10 { outcome::relabelled(made) } else { made };
        let folder = report(&made);
        let titles = numbers(&folder)["figures"].as_array().unwrap().clone();
        let pdf = Pdf::read(&fs::read(folder.path().join("report-figures.pdf")).unwrap());
        assert_eq!(pdf.pages.len(), titles.len());
        for (page, title) in (1..).zip(&titles) {
            let [left, bottom, right, top] = pdf.media_box(page);
            assert_eq!((left, right), (0.0, if components > 10 { 620.0 } else { 480.0 }), "{title}");
            let (lines, images) = (pdf.lines(page), pdf.images_or_none(page));
            assert!(
                !pdf.text(page).contains(title.as_str().unwrap()),
                "{title}: the text has a caption for it"
            );
            let lows = lines.iter().map(|line| line.bottom).chain(images.iter().map(|image| image.place[1]));
            let highs = lines.iter().map(|line| line.top);
            let highs = highs.chain(images.iter().map(|image| image.place[1] + image.place[3]));
            let (low, high) = (lows.fold(f32::INFINITY, f32::min), highs.fold(0.0, f32::max));
            assert!((0.0..16.0).contains(&(low - bottom)), "K = {components}, {title}: {low} above {bottom}");
            assert!((0.0..16.0).contains(&(top - high)), "K = {components}, {title}: {high} below {top}");
            pdf.assert_words_apart(
                page,
                [-0.5, bottom, right + 0.5, top],
                &format!("K = {components}, {title}"),
            );
        }
    }
}

#[test]
fn the_numbers_of_the_report_hold_nothing_that_differs_between_equal_runs() {
    let mut outcome = outcome::complete(2, 60, &[0, 1]);
    let first = report(&outcome);
    outcome.settings.threads = 7;
    outcome.times.clear();
    for step in &mut outcome.em.history {
        let mut other = step.as_ref().clone();
        other.time *= 2;
        *step = std::sync::Arc::new(other);
    }
    let second = report(&outcome);
    for file in gmmscope::export::REPORT_FILES {
        let [a, b] = [&first, &second].map(|folder| fs::read(folder.path().join(file)).unwrap());
        assert!(a == b, "{file}");
    }
    let json = numbers(&first);
    assert_eq!(json["settings"]["components"], 2);
    assert_eq!(json["inpainting"]["images"].as_array().unwrap().len(), 10);
    assert!(json["program"]["platform"].is_null() && json["timings"].is_null());
}

#[test]
fn a_study_that_has_only_begun_has_a_report() {
    let folder = report(&Outcome::new(Settings::default()));
    let json = numbers(&folder);
    assert_eq!(json["figures"], serde_json::json!([]));
    assert_eq!(json["finished"], false);
}
