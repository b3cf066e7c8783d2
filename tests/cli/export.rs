//! `gmmscope export`: its files, twice the same.

use std::fs;

use crate::program::{Place, SMALL};

fn export(place: &Place, folder: &str, threads: &str) -> serde_json::Value {
    let more = ["--test-images", "3", "--draws", "4", "--json", "--threads", threads, "--out", folder];
    place.run(&[&["export"], &SMALL[..], &more].concat()).json()
}

#[test]
fn the_files_are_there_and_equal_settings_give_equal_bytes() {
    let place = Place::new();
    let json = export(&place, "one", "1");
    export(&place, "two/deep", "2");
    let names =
        ["model.npz", "figures.pdf", "report-figures.pdf", "report.json", "report.typ", "metrics.json"];
    // With the feature `report` there is report.pdf too.
    let mut files = json["files"].as_array().unwrap().clone();
    files.retain(|file| file != "one/report.pdf");
    assert_eq!(files, names.map(|name| format!("one/{name}")));
    // All but the times of metrics.json.
    for name in &names[..5] {
        let [one, two] = ["one", "two/deep"].map(|folder| fs::read(place.path(folder).join(name)).unwrap());
        assert!(one == two, "{name}");
    }
    assert!(fs::read(place.path("one/figures.pdf")).unwrap().starts_with(b"%PDF-1."));
    let metrics = fs::read(place.path("one/metrics.json")).unwrap();
    let metrics: serde_json::Value = serde_json::from_slice(&metrics).unwrap();
    assert!(metrics.is_object());

    // A fit under the same settings is the same model.
    place.fit("m.npz", &[]).done();
    assert!(fs::read(place.path("m.npz")).unwrap() == fs::read(place.path("one/model.npz")).unwrap());
}
