//! report.pdf, read back: that it is made for any run, holds the run's numbers, and says nothing that is false for it.

use std::fs;
use std::process::Command;
use std::sync::Arc;

use gmmscope::export::{export_all, export_report};
use gmmscope::inverse::Mask;
use gmmscope::mixture::StopReason;
use gmmscope::study::{
    Control, Fall, FitReport, InpaintReport, Outcome, Restorations, Settings, Status, run,
};
use lopdf::Object;
use tempfile::TempDir;

use crate::metrics::{restorations, sweeps};
use crate::outcome;
use crate::reader::Pdf;
use crate::report::report;

/// The words of the report on an outcome, page by page.
fn text(outcome: &Outcome) -> Vec<String> {
    words(&report(outcome))
}

/// The words of the report in a folder, page by page.
fn words(folder: &TempDir) -> Vec<String> {
    let pdf = Pdf::read(&fs::read(folder.path().join("report.pdf")).unwrap());
    let words = |page: usize| {
        let text = pdf.text(page);
        let words: Vec<&str> = text.split_whitespace().collect();
        // A word that was broken at the end of a line.
        words.join(" ").replace(" -", "")
    };
    (1..=pdf.pages.len()).map(words).collect()
}

/// Whether some words are there, perhaps broken by the end of a page and the figures at the top of the next.
fn has(pages: &[String], words: &str) -> bool {
    let broken = |pages: &[String]| {
        let body = pages[0].trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
        words
            .match_indices(' ')
            .any(|(i, _)| body.ends_with(&words[..i]) && pages[1].contains(&words[i + 1..]))
    };
    pages.iter().any(|page| page.contains(words)) || pages.windows(2).any(broken)
}

/// Fails, with the text, when something is not said, or said that should not be.
fn says(pages: &[String], words: &[&str], not: &[&str]) {
    for words in words {
        assert!(has(pages, words), "lacks {words:?} in:\n{}", pages.join("\n"));
    }
    for words in not {
        assert!(!has(pages, words), "should not say {words:?} in:\n{}", pages.join("\n"));
    }
}

fn small(change: impl FnOnce(&mut Settings)) -> Outcome {
    let mut settings = Settings { samples: 60.into(), labels: vec![1, 8].into(), ..Settings::default() };
    (settings.kmeans.components, settings.em.ridge) = (2, 1e-2);
    change(&mut settings);
    run(&settings.check().unwrap(), &Control::new(), &mut |_| {}).unwrap()
}

#[test]
fn the_text_holds_the_numbers_of_the_run() {
    let outcome = outcome::complete(3, 90, &[0, 1, 8]);
    let text = text(&outcome);
    let fit = outcome.fit.as_ref().unwrap();
    let inpaint = outcome.inpaint.as_ref().unwrap();
    let mut expected = vec!["925,514".to_owned(), "−1650.0000".to_owned(), "61208.3".to_owned()];
    expected.extend(fit.mixture.weights().iter().map(|weight| format!("{weight:.3}")));
    for (restoration, label) in inpaint.restorations.iter().zip(inpaint.labels.iter().flatten()) {
        expected.push(format!(
            "{} {:.2} {:.3}",
            outcome.label_name(*label),
            restoration.psnr,
            restoration.ssim
        ));
    }
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    says(&text, &expected, &["There is no result", "ended with", "else ["]);
}

#[test]
fn it_is_a_tagged_pdf_1_7_without_dates() {
    let folder = report(&outcome::complete(3, 90, &[0, 1, 8]));
    let bytes = fs::read(folder.path().join("report.pdf")).unwrap();
    assert!(bytes.starts_with(b"%PDF-1.7\n") && bytes.len() < 2_000_000, "{} bytes", bytes.len());
    let pdf = Pdf::read(&bytes);
    let info = pdf.document.trailer.get(b"Info").unwrap().as_reference().unwrap();
    let info = pdf.document.get_dictionary(info).unwrap();
    assert!(!info.has(b"CreationDate") && !info.has(b"ModDate"), "{info:?}");
    let Object::String(title, _) = info.get(b"Title").unwrap() else { panic!("a title") };
    assert_eq!(String::from_utf8_lossy(title), "A Gaussian mixture of images");
    let bookmarks = pdf.document.objects.values().filter_map(|object| object.as_dict().ok());
    let bookmarks: Vec<String> = bookmarks
        .filter(|object| object.has(b"Dest") && object.has(b"Parent"))
        .map(|object| String::from_utf8_lossy(object.get(b"Title").unwrap().as_str().unwrap()).into_owned())
        .collect();
    for heading in
        ["1 Change of variables", "2.4 EM: log domain, stopping, convergence", "3.3 Its expectation"]
    {
        assert!(bookmarks.iter().any(|title| title == heading), "{heading}: {bookmarks:?}");
    }
}

#[test]
fn equal_outcomes_give_equal_bytes() {
    let outcome = outcome::complete(2, 60, &[0, 1]);
    let folder = report(&outcome);
    let bytes = fs::read(folder.path().join("report.pdf")).unwrap();
    assert!(fs::read(report(&outcome).path().join("report.pdf")).unwrap() == bytes, "twice in one process");
    let other = tempfile::tempdir().unwrap();
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "typeset::another_process"])
        .env("GMMSCOPE_TEST_REPORT", other.path())
        .output()
        .unwrap()
        .status;
    assert!(status.success());
    for file in gmmscope::export::REPORT_FILES {
        let [a, b] = [&folder, &other].map(|folder| fs::read(folder.path().join(file)).unwrap());
        assert!(a == b, "{file} in another process");
    }
}

/// The other process of [`equal_outcomes_give_equal_bytes`]; by itself it writes nothing.
#[test]
fn another_process() {
    if let Some(folder) = std::env::var_os("GMMSCOPE_TEST_REPORT") {
        export_report(&outcome::complete(2, 60, &[0, 1]), None, folder.as_ref()).unwrap();
    }
}

#[test]
fn a_real_run_converges_and_is_told_so() {
    let outcome = small(|_| {});
    assert_eq!(outcome.fit.as_ref().unwrap().stop, StopReason::Converged);
    let iterations = outcome.em.history.len();
    says(
        &text(&outcome),
        &[
            &format!("EM converged after {iterations} iterations"),
            "That is one component for each label",
            "The run compared no other values",
            "No component has more images than pixels",
            "what draws average to",
            "joint is marginal times conditional",
        ],
        &[
            "did not converge",
            "There is only one",
            "In the last one the NLL still changed",
            "the run ended with an error",
        ],
    );
}

#[test]
fn one_component_is_no_mixture() {
    let outcome = small(|settings| settings.kmeans.components = 1);
    says(
        &text(&outcome),
        &[
            "One Gaussian cannot tell labels apart",
            "With one component all responsibilities are",
            "The one component holds all images",
            "There is only one, so that the observed pixels cannot select",
        ],
        &["is held by component", "The weights go from", "differ most", "responsibilities are almost all"],
    );
}

#[test]
fn a_run_that_stops_at_the_limit_has_not_converged() {
    let outcome = small(|settings| settings.em.max_iterations = 2);
    assert_eq!(outcome.fit.as_ref().unwrap().stop, StopReason::IterationLimit);
    says(
        &text(&outcome),
        &[
            "EM did not converge: it stopped at the limit of 2 iterations",
            "In the last one the NLL still changed by",
        ],
        &["EM converged", "a matter of the dimension"],
    );
}

#[test]
fn no_iteration_leaves_the_start() {
    let outcome = small(|settings| settings.em.max_iterations = 0);
    says(
        &text(&outcome),
        &["No iteration was asked for: the mixture below is the start"],
        &["EM converged", "did not converge", "the variance is the ridge", "The NLL fell"],
    );
}

#[test]
fn more_labels_than_components_and_one_label() {
    let few = small(|settings| (settings.kmeans.components, settings.labels) = (2, vec![0, 1, 8].into()));
    says(
        &text(&few),
        &["With fewer components than labels", "Labels took no part in the fit"],
        &["is one component for each"],
    );
    let one = small(|settings| (settings.kmeans.components, settings.labels) = (3, vec![8].into()));
    says(
        &text(&one),
        &["More components than labels", "All images have one label, Bag"],
        &["Labels took no part", "By label:", "the most frequent label is the image", "hardest"],
    );
}

#[test]
fn without_a_ridge_nothing_is_promised() {
    // Enough noise in the data that the covariances can be factored all the same.
    let mut outcome = outcome::complete(2, 60, &[0, 1]);
    outcome.settings.em.ridge = 0.0;
    says(&text(&outcome), &["Without a ridge,"], &["is positive definite, also when a pixel is black"]);
}

#[test]
fn the_ridge_is_the_reason_only_where_it_predicts_the_numbers() {
    let with = |ridge: f64| {
        text(&small(|settings| {
            (settings.samples, settings.held_out, settings.em.ridge) = (150.into(), 20, ridge);
        }))
    };
    let reasons = [
        "The difference is the cost of leaving what the training images span",
        "That is the ridge",
        "the mixture does not generalise",
        "On a screen of 256 grays that is less than one of them",
    ];
    says(&with(1e-6), &reasons, &["judges its errors", "by heart"]);
    says(&with(1e-1), &["of normal variables it would be"], &reasons);
}

#[test]
fn a_determinant_is_one_number_for_one_component() {
    let one = text(&small(|settings| settings.kmeans.components = 1));
    says(&one, &["determinant of this run’s covariance is about"], &["covariances are between"]);
    let two = text(&small(|settings| settings.labels = vec![0, 8].into()));
    says(&two, &["covariances are between"], &["determinant of this run’s covariance is"]);
}

#[test]
fn images_without_labels_of_another_data_set() {
    let outcome = unlabelled(40, |i| 0.5 + 0.4 * ((i / 48) as f64 * 0.7 + (i % 48) as f64 * 0.3).sin());
    says(
        &text(&outcome),
        &["of the data set images", "The images have no labels to compare the components with"],
        &[
            "Fashion-MNIST",
            "with the labels",
            "label 0",
            "for 0 labels",
            "Labels are used",
            "All images have one label",
        ],
    );
}

/// A study of three fifths of `count` images of 6 x 8 pixels without labels, each made of its index and a generator's numbers.
fn unlabelled(count: usize, pixel: impl FnMut(usize) -> f64) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("images.npz");
    let images: Vec<f64> = (0..count * 48).map(pixel).collect();
    gmmscope::data::npz::write(&path, |npz| npz.array("images", &[count, 6, 8], &images)).unwrap();
    small(|settings| {
        (settings.data, settings.labels, settings.samples) =
            (Some(path), Settings::default().labels, (count * 3 / 5).into());
        (settings.test_images, settings.observed) = (4, 0.5);
    })
}

/// Uniform numbers from a generator.
fn noise() -> impl FnMut() -> f64 {
    let mut state = 1u64;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / (1u64 << 24) as f64
    }
}

#[test]
fn how_far_em_moves_the_start_is_said_as_it_is() {
    let (hardly, far) = ("EM hardly moves the start of k-means: 0 of 60 images", "From k-means to EM,");
    says(&text(&small(|_| {})), &[hardly], &[far]);
    // Covariances that are nearly the ridge: responsibilities are soft, and the means approach each other.
    let soft = small(|settings| {
        (settings.samples, settings.labels) = (150.into(), vec![0, 1, 8].into());
        (settings.kmeans.components, settings.em.ridge) = (3, 10.0);
    });
    says(&text(&soft), &[far], &["EM hardly moves"]);
}

#[test]
fn a_scatter_is_singular_and_a_pixel_constant_only_where_they_are() {
    let (singular, constant) = ("scatter is singular, with a rank of", "equal in all");
    says(&text(&small(|_| {})), &["In every component the", singular, "24 pixels are", constant], &[]);
    let mut next = noise();
    says(&text(&unlabelled(400, |_| next())), &[], &[singular, constant]);
    let mut next = noise();
    says(
        &text(&unlabelled(400, |i| if i % 48 == 7 { 0.5 } else { next() })),
        &[singular, "in the other direction the images do not vary", "One pixel is equal in all"],
        &["pixels are equal in all"],
    );
}

#[test]
fn symmetry_and_opposed_rows_are_told_only_where_there_are_any() {
    let told = ["are mirror symmetry", "are rows that are opposed"];
    says(&text(&small(|settings| settings.samples = 300.into())), &told, &[]);
    let mut next = noise();
    let noise = unlabelled(40, |_| next());
    says(&text(&noise), &[], &told[..1]);
    // All rows rise and fall together.
    let even = unlabelled(40, |i| 0.5 + 0.4 * ((i / 48) as f64).sin() * ((i % 8) as f64 / 8.0));
    says(&text(&even), &[], &told[1..]);
}

#[test]
fn a_label_as_frequent_as_the_most_frequent_one_is_not_astray() {
    let mut outcome = outcome::complete(2, 60, &[0, 1]);
    let fit = outcome.fit.as_deref().unwrap().clone();
    let mut data = outcome.data.as_deref().unwrap().clone();
    // Thirty images of either label, every second of them in the one component.
    let of = |label: u8| {
        let labels = data.train.labels().iter().enumerate();
        labels.filter(move |(_, own)| **own == label).map(|(i, _)| i).take(30)
    };
    data.sample_indices = of(0).chain(of(1)).collect();
    outcome.data = Some(Arc::new(data));
    let assignments = (0..60).map(|i| i % 2).collect();
    outcome.fit = Some(Arc::new(FitReport { assignments, ..fit }));
    says(
        &text(&outcome),
        &["or one of several that are equally frequent"],
        &["the most frequent label of the most probable component is not"],
    );
    // In this one, components are of one label each, and the test images are made to choose between them in turn.
    says(
        &text(&outcome::complete(2, 60, &[0, 1])),
        &["the most frequent label of the most probable component is not"],
        &["equally frequent"],
    );
}

#[test]
fn what_the_sweep_advises_is_what_its_numbers_say() {
    let outcome = small(|settings| settings.samples = 30.into());
    let told = |nll: [f64; 2], trimmed: [f64; 2]| {
        let mut sweeps = sweeps();
        for (row, (nll, trimmed)) in sweeps.by_components.rows.iter_mut().zip(nll.into_iter().zip(trimmed)) {
            let scores = row.result.as_mut().unwrap();
            (scores.nll, scores.held_out_nll, scores.trimmed_nll) = (nll, Some(1e6), Some(trimmed));
        }
        let folder = TempDir::new().unwrap();
        export_all(&outcome, Some(&sweeps), None, folder.path(), &mut |_| {}).unwrap();
        words(&folder)
    };
    let (guide, none, some) = ("it is no guide", "none generalises", "these fits do not generalise");
    // The rows are of K = 3 and K = 2. Images beyond the worst 1 % decide, not the mean of all.
    says(
        &told([-1500.0, -1400.0], [-1200.0, -1300.0]),
        &[guide, "Of these, the run’s 𝐾 explains unseen images best"],
        &[none, some],
    );
    says(
        &told([-1400.0, -1500.0], [-1200.0, -1100.0]),
        &["Unseen images are explained best with 𝐾 = 3"],
        &[guide, none, some],
    );
    says(&told([-1500.0, -1400.0], [5000.0, 5000.0]), &[none], &[some]);
    says(&told([-1500.0, -1400.0], [5000.0, -1300.0]), &["With 𝐾 = 3 held-out images cost", some], &[none]);
}

#[test]
fn everything_or_nothing_observed() {
    let full = outcome::complete(2, 60, &[0, 1]);
    for (observed, says_so, not) in [
        (true, "All pixels are observed: there is nothing to restore", "On average the restorations reach"),
        (
            false,
            "No pixel is observed: the posterior is the prior",
            "the observed pixels leave one component",
        ),
    ] {
        let outcome = small(|settings| settings.observed = f64::from(u8::from(observed)));
        says(&text(&outcome), &[says_so], &[not]);
        // Made by hand, with what no restoration would give.
        let mut made = full.clone();
        let mut report = InpaintReport::clone(full.inpaint.as_deref().unwrap());
        report.observations = vec![Mask::new(vec![observed; 784]).into(); 10];
        report.restorations.iter_mut().for_each(|restoration| restoration.psnr = f64::NAN);
        made.inpaint = Some(Arc::new(report));
        says(&text(&made), &[says_so], &["On average the restorations reach"]);
    }
}

#[test]
fn what_did_not_happen_is_said() {
    let mut outcome = Outcome::new(Settings::default());
    says(
        &text(&outcome),
        &[
            "The run was still under way when this report was made",
            "There is no result for the fitted mixture",
        ],
        &["EM converged", "The fitted mixture has an NLL"],
    );
    let full = outcome::complete(2, 60, &[0, 1]);
    outcome.data = full.data.clone();
    outcome.kmeans = full.kmeans.clone();
    outcome.em.history = full.em.history[..3].to_vec();
    outcome.status = Status::Cancelled;
    says(
        &text(&outcome),
        &["The run was stopped on request", "EM had come to 3 iterations", "There is no result for samples"],
        &["still under way", "EM converged", "did not converge"],
    );
    outcome.status = Status::Failed(
        "covariance of component 2 is not positive definite at pixel 17: use a larger ridge".into(),
    );
    says(
        &text(&outcome),
        &["The run ended with an error", "component 2 is not positive definite"],
        &["There is only one"],
    );
}

#[test]
fn held_out_images_and_rises_are_told_when_there_are_any() {
    let with = small(|settings| settings.held_out = 20);
    says(&text(&with), &["On the 20 held-out test images"], &[]);
    let mut rising = outcome::complete(2, 60, &[0, 1]);
    let fit = rising.fit.as_deref().unwrap();
    let mut history = fit.history.clone();
    let mut step = history[6].as_ref().clone();
    step.iteration.nll += 100.0;
    history[6] = Arc::new(step);
    rising.em.history = history.clone();
    rising.fit = Some(Arc::new(FitReport { history, ..fit.clone() }));
    says(
        &text(&rising),
        &["The NLL rose in 1 iteration, by at most"],
        &["The NLL fell or stayed in every iteration"],
    );
    says(&text(&small(|settings| settings.held_out = 0)), &[], &["held-out test images,"]);
}

#[test]
fn many_components_and_ten_labels() {
    for components in [10, 20, 30] {
        let made = outcome::relabelled(outcome::complete(components, 400, &[0, 1, 8]));
        let text = text(&made);
        says(&text, &["Ankle boot", "Sandal", " mixes "], &["There is no result"]);
    }
}

#[test]
fn what_is_said_of_trust_is_what_was_measured() {
    let outcome = outcome::complete(2, 60, &[0, 1]);
    let mut found = restorations(&outcome);
    let told = |found: &Restorations| {
        let folder = TempDir::new().unwrap();
        export_report(&outcome, Some(found), folder.path()).unwrap();
        words(&folder)
    };
    let (falls, rises) =
        ("although more is known: a double descent", "The more is observed, the better is the restoration");
    let (trusted, narrow) = ("these can be trusted", "they are too narrow");
    found.fall = Some(Fall { from: 3, to: 6 });
    let set = |found: &mut Restorations, covered: f64, asked: f64| {
        for one in &mut found.calibrations {
            one.calibration.uncertain.coverage[2] = covered;
            one.calibration.uncertain.recalibrated[2] = asked;
            one.calibration.uncertain.pixels = 10;
            one.calibration.z_scores.beyond = [0.3, 0.05, 0.01, 0.001, 0.0];
        }
    };
    set(&mut found, 0.8, 0.97);
    says(&told(&found), &[falls, narrow, "intervals of 97.00 % would hold"], &[rises, trusted]);
    found.fall = None;
    set(&mut found, 0.91, 0.89);
    says(&told(&found), &[rises, trusted], &[falls, narrow, "would hold"]);
    says(&text(&outcome), &["This run measured it on the images above alone"], &[falls, rises, trusted]);
}
