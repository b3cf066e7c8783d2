//! `gmmscope export`: its files, twice the same, and what a disk without room does to them.

use std::fs;

use gmmscope::export::REPORT_FILES;

use crate::program::{Place, SMALL};

fn export(place: &Place, folder: &str, threads: &str) -> serde_json::Value {
    let more =
        ["--test-images", "3", "--draws", "4", "--json", "--threads", threads, "--out", folder, "--no-sweep"];
    place.run(&[&["export"], &SMALL[..], &more].concat()).json()
}

#[test]
fn the_files_are_there_and_equal_settings_give_equal_bytes() {
    let place = Place::new();
    let json = export(&place, "one", "1");
    export(&place, "two/deep", "2");
    let names = [&["model.npz", "figures.pdf"], REPORT_FILES, &["metrics.json"]].concat();
    let files: Vec<String> = names.iter().map(|name| format!("one/{name}")).collect();
    assert_eq!(json["files"], serde_json::json!(files));
    for name in names.into_iter().filter(|name| *name != "metrics.json") {
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

#[test]
fn the_report_compares_other_components_and_ridges() {
    let place = Place::new();
    let more = ["--test-images", "3", "--labels", "1,8", "--ridge", "1e-3", "--json"];
    place
        .run(&[&["export", "-k", "2", "--samples", "30", "--max-iterations", "2"], &more[..]].concat())
        .json();
    let report = fs::read(place.path("out/report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
    let values = |rows: &str, key: &str| -> Vec<f64> {
        report["sweep"][rows].as_array().unwrap().iter().map(|row| row[key].as_f64().unwrap()).collect()
    };
    assert_eq!(values("by_components", "components"), [1.0, 2.0, 3.0, 5.0, 8.0]);
    assert_eq!(values("by_components", "ridge"), [1e-3; 5]);
    assert_eq!(values("by_ridge", "ridge"), [1e-6, 1e-4, 1e-3, 1e-2]);
    assert_eq!(values("by_ridge", "components"), [2.0; 4]);
    assert_eq!(report["sweep"]["samples"], 30);
    assert_eq!(report["sweep"]["held_out"], 500);
    // The study's own fit is one of them.
    let own = &report["sweep"]["by_ridge"][2];
    assert_eq!(own["nll"], report["em"]["final_nll"]);
    assert_eq!(own["psnr"], report["inpainting"]["mixture"]["psnr"]);
    assert_eq!(own, &report["sweep"]["by_components"][1]);
}

/// Writing fails in the middle of a file: by a limit of its size, as a full disk would.
#[test]
#[cfg(unix)]
fn files_that_do_not_fit_leave_the_previous_ones_whole() {
    let place = Place::new();
    export(&place, "out", "1");
    let contents = || -> Vec<(std::ffi::OsString, Vec<u8>)> {
        let entries = fs::read_dir(place.path("out")).unwrap().map(|entry| entry.unwrap().path());
        let entries = entries.filter(|path| path.is_file());
        let mut all: Vec<_> =
            entries.map(|path| (path.file_name().unwrap().to_owned(), fs::read(path).unwrap())).collect();
        all.sort();
        all
    };
    let before = contents();
    // In blocks of 512 bytes: report.json and report.typ would fit, but nothing is written after a failure.
    let limited = std::process::Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 200; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_gmmscope")])
        .args([&["export", "--seed", "1", "--no-sweep", "--test-images", "3"], &SMALL[..]].concat())
        .current_dir(place.path("."))
        .output()
        .unwrap();
    let message = String::from_utf8(limited.stderr).unwrap();
    assert_eq!(limited.status.code(), Some(1), "{message}");
    assert!(message.contains("out/model.npz") && message.lines().count() <= 3, "{message}");
    let after = contents();
    let names =
        |all: &[(std::ffi::OsString, Vec<u8>)]| all.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&after), names(&before), "no half-written file is left");
    assert!(after == before);
}
