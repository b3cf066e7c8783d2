//! Every family of covariances through every command.

use crate::program::Place;

const FAMILIES: [&str; 4] = ["tied", "diagonal", "spherical", "low-rank"];

#[test]
fn every_family_is_fitted_sampled_restored_and_continued() {
    for family in FAMILIES {
        let place = Place::new();
        let rank: &[&str] = if family == "low-rank" { &["--rank", "3"] } else { &[] };
        let options = [&["--covariance", family, "--shrinkage", "auto", "--json"], rank].concat();
        let fitted = place.fit("m.npz", &options).json();
        assert_eq!(fitted["covariance"], family);
        let is_low_rank = family == "low-rank";
        assert_eq!(fitted["rank"].as_u64(), is_low_rank.then_some(3));
        // Where there is something to be shrunk, none at all is a candidate.
        let candidates = &fitted["shrinkage_choice"]["candidates"];
        match family {
            "tied" | "low-rank" => {
                assert!(candidates[0] == 0.0 && candidates[1].as_f64() >= Some(1.0));
                let targets = fitted["shrinkage_choice"]["targets"].as_array().map(Vec::len);
                assert_eq!(targets, Some(if is_low_rank { 1 } else { 3 }));
            }
            _ => assert_eq!((&fitted["shrinkage"], candidates), (&0.0.into(), &serde_json::Value::Null)),
        }
        let numbers = match family {
            "tied" => 784 * 785 / 2,
            "diagonal" => 2 * 784,
            "spherical" => 2,
            _ => 2 * (784 * 4 - 3),
        };
        assert_eq!(fitted["free_parameters"], 1 + 2 * 784 + numbers);

        place.run(&["sample", "--model", "m.npz", "--count", "4", "--out", "s.npz"]).done();
        assert_eq!(place.array("s.npz", "samples").0, [4, 784]);
        let words =
            ["restore", "--model", "m.npz", "--observed", "0.3", "--test-images", "3", "--out", "r.npz"];
        place.run(&words).done();
        assert!(place.array("r.npz", "psnr").1.iter().all(|psnr| *psnr > 5.0), "{family}");
        let words = [
            "calibrate",
            "--model",
            "m.npz",
            "--observe",
            "identity",
            "--noise",
            "0.2",
            "--test-images",
            "5",
        ];
        place.run(&words).done();

        let more = ["--start", "m.npz", "--covariance", family, "--out", "n.npz", "--json"];
        let more = [&more[..], rank].concat();
        let continued =
            place.run(&[&["fit", "--samples", "60", "--max-iterations", "2"], &more[..]].concat()).json();
        assert_eq!(continued["covariance"], family);
        // Full covariances continue from any.
        let words =
            ["fit", "--samples", "60", "--max-iterations", "1", "--ridge", "1e-3", "--start", "m.npz"];
        assert_eq!(place.run(&[&words[..], &["--json"]].concat()).json()["covariance"], "full");
        let other = if family == "tied" { "diagonal" } else { "tied" };
        let error = place.run(&[&words[..], &["--covariance", other]].concat()).error(2);
        assert!(error.contains(&format!("fit with --covariance {family}")), "{error}");
        assert!(error.contains("--covariance full, which continues from any model"), "{error}");
    }
}

#[test]
fn a_sweep_goes_over_families_and_ranks() {
    let place = Place::new();
    let words = [
        "sweep",
        "-k",
        "1,2",
        "--covariance",
        "full,diagonal,low-rank",
        "--rank",
        "2,4",
        "--ridge",
        "1e-3",
        "--shrinkage",
        "0,50",
        "--samples",
        "60",
        "--held-out",
        "20",
        "--test-images",
        "2",
        "--max-iterations",
        "2",
    ];
    let table = place.run(&words).done();
    let column = |line: &str| line.split_whitespace().nth(1).map(str::to_owned);
    let lines: Vec<&str> = table.lines().take(15).collect();
    assert_eq!(column(lines[0]).unwrap(), "covariance");
    let found: Vec<String> = lines[1..].iter().filter_map(|line| column(line)).collect();
    // Each K: full and low rank under both shrinkages, diagonal once.
    let of_k = ["full", "full", "diagonal", "low-rank", "low-rank", "low-rank", "low-rank"];
    assert_eq!(found, [of_k, of_k].concat(), "{table}");
    let json = place.run(&[&words[..], &["--json"]].concat()).json();
    let rows = json["rows"].as_array().unwrap();
    let of_row = |row: usize| (rows[row]["covariance"].as_str().unwrap(), rows[row]["rank"].as_u64());
    assert_eq!(
        [of_row(0), of_row(2), of_row(3), of_row(5)],
        [("full", None), ("diagonal", None), ("low-rank", Some(2)), ("low-rank", Some(4))]
    );
    let word = place.run(&["sweep", "--covariance", "full,round"]);
    assert_eq!(word.code, Some(2));
    assert!(word.stderr.contains("choose one of full, tied, diagonal, spherical, low-rank"), "{word:?}");
}

#[test]
fn a_rank_beyond_the_pixels_is_refused() {
    let place = Place::new();
    let error = place.fit("m.npz", &["--covariance", "low-rank", "--rank", "785"]).error(2);
    assert!(error.contains("--rank is 785: choose at most 784"), "{error}");
    let message = "--rank is for low-rank covariances: give --covariance low-rank too";
    assert_eq!(place.fit("m.npz", &["--rank", "5"]).error(2), message);
    assert_eq!(place.run(&["sweep", "--covariance", "full,diagonal", "--rank", "5"]).error(2), message);
}
