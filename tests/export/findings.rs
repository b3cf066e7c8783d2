//! The numbers that the report's explanations depend on, each at both ends: where it is said and where it is not.

use gmmscope::export::Numbers;
use gmmscope::study::{Control, Outcome, Settings, run};
use serde_json::Value;

use crate::outcome;

fn numbers(outcome: &Outcome) -> Value {
    serde_json::to_value(Numbers::of(outcome, None, None)).unwrap()
}

fn measured(change: impl FnOnce(&mut Settings)) -> Value {
    let mut settings =
        Settings { samples: 150.into(), labels: vec![0, 1, 8].into(), held_out: 30, ..Settings::default() };
    settings.kmeans.components = 3;
    change(&mut settings);
    numbers(&run(&settings.check().unwrap(), &Control::new(), &mut |_| {}).unwrap())
}

fn number(of: &Value) -> f64 {
    of.as_f64().unwrap_or_else(|| panic!("{of}"))
}

#[test]
fn a_small_ridge_explains_the_gaps_and_a_large_one_does_not() {
    let small = measured(|_| {});
    for gap in ["unseen", "between_components"] {
        let gap = &small["findings"][gap];
        assert_eq!(gap["explained"], true, "{gap}");
        let (measured, predicted) = (number(&gap["measured"]), number(&gap["predicted"]));
        assert!((predicted / measured - 1.0).abs() < 0.02, "{gap}");
    }
    assert_eq!(small["findings"]["unseen"]["images"], 30);
    assert_eq!(small["findings"]["between_components"]["images"], 150);
    let large = measured(|settings| settings.em.ridge = 1e-1);
    for gap in ["unseen", "between_components"] {
        assert_eq!(large["findings"][gap]["explained"], false, "{}", large["findings"]);
    }
}

#[test]
fn the_restored_images_stand_for_held_out_ones_and_one_component_has_no_other() {
    let numbers = measured(|settings| (settings.held_out, settings.kmeans.components) = (0, 1));
    let findings = &numbers["findings"];
    assert_eq!(findings["unseen"]["images"], numbers["inpainting"]["images"].as_array().unwrap().len());
    assert!(findings["between_components"].is_null() && findings["start"].is_null(), "{findings}");
}

#[test]
fn ranks_are_those_of_the_scatters() {
    let outcome = outcome::complete(3, 90, &[0, 1, 8]);
    let json = numbers(&outcome);
    let weights = json["mixture"]["weights"].as_array().unwrap();
    let spectra = json["findings"]["spectra"].as_array().unwrap();
    assert_eq!(spectra.len(), 3);
    for (weight, spectrum) in weights.iter().zip(spectra) {
        let (rank, ninety) = (number(&spectrum["rank"]), number(&spectrum["ninety_percent"]));
        assert_eq!(rank, (number(weight) * 90.0).round() - 1.0, "no two images are equal");
        assert!((1.0..rank).contains(&ninety), "{spectrum}");
    }
    // Under no ridge, what the ridge had added is variance like any other.
    let mut without = outcome;
    without.settings.em.ridge = 0.0;
    let json = numbers(&without);
    assert!(json["findings"]["spectra"].as_array().unwrap().iter().all(|spectrum| spectrum["rank"] == 784));
    assert!(json["findings"]["unseen"].is_null());
    // The start has no scatter.
    let start = measured(|settings| settings.em.max_iterations = 0);
    assert!(start["findings"]["spectra"].is_null() && start["findings"]["unseen"].is_null());
}

#[test]
fn purity_and_recall_are_different_shares() {
    let json = numbers(&outcome::relabelled(outcome::complete(5, 90, &[0, 1, 8])));
    let parts = json["mixture"]["composition"].as_array().unwrap();
    let count = |part: &Value, label: usize| number(&part["labels"][label]);
    for part in parts {
        let label = part["majority"].as_u64().unwrap() as usize;
        let all: f64 = parts.iter().map(|part| count(part, label)).sum();
        assert!((number(&part["recall"]) - count(part, label) / all).abs() < 1e-15, "{part}");
        assert!((number(&part["purity"]) - count(part, label) / number(&part["images"])).abs() < 1e-15);
    }
}

#[test]
fn clusters_are_numbered_as_the_components_that_they_became() {
    let json = measured(|_| {});
    let (findings, all) = (&json["findings"]["start"], 150.0);
    let clusters = json["kmeans"]["result"]["labels_by_cluster"].as_array().unwrap();
    let parts = json["mixture"]["composition"].as_array().unwrap();
    let apart: f64 = clusters
        .iter()
        .zip(parts)
        .flat_map(|(cluster, part)| {
            (0..3).map(|label| number(&cluster[label]) - number(&part["labels"][label]))
        })
        .map(f64::abs)
        .sum();
    // Every image that moved makes one count larger and one smaller.
    assert!(apart <= 2.0 * number(&findings["images"]), "{apart}: {json}");
    let hardly = number(&findings["images"]) * 20.0 < all
        && number(&findings["largest"]) < 0.1 * number(&findings["apart"]);
    assert_eq!(findings["hardly"], hardly, "{findings}");
    assert!(number(&findings["apart"]) > 0.0);
}
