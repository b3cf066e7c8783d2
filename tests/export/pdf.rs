//! figures.pdf, read back with lopdf.

use std::process::Command;
use std::sync::{Arc, OnceLock};

use gmmscope::data::ImageShape;
use gmmscope::export::figures::figures;
use gmmscope::inverse::Mask;
use gmmscope::show::{self, Picture};
use gmmscope::study::{Outcome, Settings, Status};
use lopdf::Object;

use crate::outcome;
use crate::reader::Pdf;

const TITLES: [&str; 10] = [
    "A Gaussian mixture of images",
    "Change of variables",
    "Training images",
    "k-means, the start of EM",
    "Expectation-maximisation",
    "Means",
    "Covariance matrices",
    "Variances, the diagonals",
    "Samples",
    "Inpainting",
];

const SHAPE: ImageShape = ImageShape::new(28, 28);

/// A complete outcome with K = 3, and its file.
fn complete() -> &'static (Outcome, Vec<u8>) {
    static MADE: OnceLock<(Outcome, Vec<u8>)> = OnceLock::new();
    MADE.get_or_init(|| {
        let outcome = outcome::complete(3, 200, &[0, 1, 8]);
        let bytes = figures(&outcome, None).unwrap();
        (outcome, bytes)
    })
}

#[test]
fn every_figure_has_a_page_and_a_bookmark() {
    let (_, bytes) = complete();
    let pdf = Pdf::read(bytes);
    let bookmarks = pdf.bookmarks();
    let expected: Vec<(String, usize)> = TITLES.iter().map(|t| t.to_string()).zip(1..).collect();
    assert_eq!(bookmarks, expected);
    for (title, page) in bookmarks {
        assert_eq!(pdf.page_titled(&title), page);
    }
}

#[test]
fn the_file_is_pdf_1_7_with_title_and_without_dates() {
    let (_, bytes) = complete();
    assert!(bytes.starts_with(b"%PDF-1.7\n"));
    assert!(bytes.len() < 2_000_000, "{} bytes", bytes.len());
    let pdf = Pdf::read(bytes);
    let catalog = pdf.document.catalog().unwrap();
    assert_eq!(catalog.get(b"PageMode").unwrap().as_name().unwrap(), b"UseOutlines");
    let info = pdf.document.trailer.get(b"Info").unwrap().as_reference().unwrap();
    let info = pdf.document.get_dictionary(info).unwrap();
    for key in ["CreationDate", "ModDate", "GTS_PDFXVersion"] {
        assert!(!info.has(key.as_bytes()), "{key}");
    }
    let Object::String(title, _) = info.get(b"Title").unwrap() else { panic!("a title") };
    let title: Vec<u16> = title[2..].chunks(2).map(|p| u16::from_be_bytes([p[0], p[1]])).collect();
    assert_eq!(String::from_utf16(&title).unwrap(), "gmmscope: figures");
}

#[test]
fn titles_captions_and_numbers_are_text() {
    let (outcome, bytes) = complete();
    let pdf = Pdf::read(bytes);
    let fit = outcome.fit.as_ref().unwrap();
    for title in ["Means", "Covariance matrices", "Variances, the diagonals"] {
        let text = pdf.text(pdf.page_titled(title));
        for (k, subscript) in ["₁", "₂", "₃"].iter().enumerate() {
            let words = format!("π{subscript} = {:.3}", fit.mixture.weights()[k]);
            assert!(text.contains(&words), "{title} lacks {words}: {text}");
        }
    }
    for (page, words) in [
        (1, "K − 1 + K D + K D (D + 1)/2 = 925,514"),
        (2, "pZ(z) ≥ 0"),
        (2, "histogram of 10,000 draws"),
        (2, "✗ as expected"),
        (3, "T-shirt/top"),
        (4, "inertia 61208.3"),
        (5, "tolerance 0.001"),
        (5, "−1650.0000"),
        (9, "component 3"),
        (10, "PSNR"),
        (10, "0.560"),
        (10, "79 of 784 pixels"),
    ] {
        let text = pdf.text(page).replace('\n', " ");
        assert!(text.contains(words), "page {page} lacks {words:?}: {text}");
    }
}

#[test]
fn no_character_is_without_a_glyph() {
    let (_, bytes) = complete();
    let crowded = figures(&outcome::relabelled(outcome::complete(12, 200, &[0, 1, 8])), None).unwrap();
    for pdf in [Pdf::read(bytes), Pdf::read(&crowded)] {
        for page in 1..=pdf.pages.len() {
            let text = pdf.text(page);
            assert!(!text.contains(['□', '?', '\u{fffd}']), "page {page}: {text}");
        }
    }
}

#[test]
fn pictures_hold_the_right_pixels() {
    let (outcome, bytes) = complete();
    let pdf = Pdf::read(bytes);
    let data = outcome.data.as_ref().unwrap();
    let mixture = &outcome.fit.as_ref().unwrap().mixture;
    let colors = |picture: &Picture| -> Vec<[u8; 3]> {
        let pixels = (0..picture.height).flat_map(|y| (0..picture.width).map(move |x| (x, y)));
        pixels.map(|(x, y)| picture.rgb(x, y)).collect()
    };

    let shown = pdf.images(pdf.page_titled("Training images"));
    assert_eq!(shown.len(), 60);
    for (image, &index) in shown.iter().zip(&data.sample_indices) {
        let pixels: Vec<[u8; 3]> = data.train.pixels(index).iter().map(|&v| [v; 3]).collect();
        assert_eq!(image.reduced(8), pixels);
        assert_eq!(image.dict.get(b"Interpolate").unwrap(), &Object::Boolean(false));
        assert!((image.place[2] - image.place[3]).abs() < 0.02, "a square image");
    }

    let means = pdf.images(pdf.page_titled("Means"));
    assert_eq!(means.len(), 3);
    for (image, mean) in means.iter().zip(mixture.means().column_iter()) {
        let picture = Picture::image(SHAPE, &mean.iter().copied().collect::<Vec<_>>());
        assert_eq!(image.reduced(8), colors(&picture));
    }

    let mut diagonals: Vec<Picture> =
        mixture.covariances().iter().map(|c| show::heatmap(SHAPE, c.diagonal().as_slice())).collect();
    show::share_range(&mut diagonals);
    // The last image of the page is the colour bar.
    let images = pdf.images(pdf.page_titled("Variances"));
    assert_eq!(images.len(), 4);
    for (image, picture) in images.iter().zip(&diagonals) {
        assert_eq!(image.reduced(8), colors(picture));
    }

    let images = pdf.images(pdf.page_titled("Covariance matrices"));
    assert_eq!(images.len(), 4);
    for (image, covariance) in images.iter().zip(mixture.covariances()) {
        assert_eq!((image.width, image.height), (392, 392));
        // The same up to the range: an entry is brighter in the image where it is larger in the matrix.
        let reduced = show::matrix(&covariance.dense()).shrunk(392, 392);
        let level = |rgb: [u8; 3]| {
            (0..256).find(|&i| show::Colormap::Viridis.rgb(f64::from(i) / 255.0) == rgb).unwrap()
        };
        let mut pairs: Vec<(f64, i32)> =
            reduced.values.iter().copied().zip(image.rgb.iter().map(|&rgb| level(rgb))).collect();
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        assert!(pairs.is_sorted_by_key(|pair| pair.1));
        assert!(pairs[0].1 < pairs[pairs.len() - 1].1);
    }

    let inpaint = outcome.inpaint.as_ref().unwrap();
    let images = pdf.images(pdf.page_titled("Inpainting"));
    assert_eq!(images.len(), 10 * 4 + 1);
    let bits = inpaint.mask(0).unwrap().bits();
    for (n, column) in images.chunks_exact(4).enumerate() {
        let truth: Vec<f64> = inpaint.truth.column(n).iter().copied().collect();
        let restored = Picture::image(SHAPE, &inpaint.restorations[n].restored);
        assert_eq!(column[1].reduced(8), colors(&restored));
        assert_eq!(column[2].reduced(8), colors(&Picture::image(SHAPE, &truth)));
        for (i, pixel) in column[0].reduced(8).into_iter().enumerate() {
            let gray = (truth[i] * 255.0).round() as u8;
            assert_eq!(pixel, if bits[i] { [gray; 3] } else { Picture::MISSING });
        }
    }
}

#[test]
fn what_exists_is_shown_and_what_is_missing_is_said() {
    let (full, _) = complete();
    let mut so_far = Outcome::new(Settings { samples: 200.into(), ..Settings::default() });
    so_far.settings.kmeans.components = 3;
    let pdf = Pdf::read(&figures(&so_far, None).unwrap());
    assert_eq!(pdf.bookmarks(), [(TITLES[0].to_owned(), 1)]);
    let text = pdf.text(1).replace('\n', " ");
    assert!(
        text.contains("change of variables, training images, k-means, EM, means and covariances"),
        "{text}"
    );

    so_far.transform = full.transform.clone();
    so_far.data = full.data.clone();
    so_far.kmeans.history = full.kmeans.history[..3].to_vec();
    assert_eq!(Pdf::read(&figures(&so_far, None).unwrap()).pages.len(), 4);
    so_far.kmeans = full.kmeans.clone();
    so_far.em.history = full.em.history[..1].to_vec();
    let pdf = Pdf::read(&figures(&so_far, None).unwrap());
    assert_eq!(pdf.pages.len(), 5);
    assert!(pdf.text(5).replace('\n', " ").contains("under way when this page was made, after 1 iteration"));
    assert!(pdf.text(1).contains("the study was still running"));

    so_far.status = Status::Failed("covariance of component 2 is not $positive_{definite}$".to_owned());
    let text = Pdf::read(&figures(&so_far, None).unwrap()).text(1).replace('\n', " ");
    assert!(text.contains("component 2 is not $positive_{definite}$"), "{text}");
}

#[test]
fn masks_that_hide_everything_or_nothing() {
    let (full, _) = complete();
    for observed in [true, false] {
        let mut outcome = full.clone();
        let mut report = full.inpaint.as_deref().unwrap().clone();
        report.observations = vec![Mask::new(vec![observed; 784]).into(); 10];
        for restoration in &mut report.restorations {
            restoration.psnr = if observed { f64::INFINITY } else { f64::NAN };
            restoration.std = vec![0.0; 784];
        }
        outcome.inpaint = Some(Arc::new(report));
        let pdf = Pdf::read(&figures(&outcome, None).unwrap());
        let text = pdf.text(10).replace('\n', " ");
        assert!(text.contains(if observed { "784 of 784" } else { "0 of 784" }), "{text}");
        // Where none of them is a number, there is no row of them.
        assert_eq!((text.contains("PSNR"), text.contains('∞')), (observed, observed), "{text}");
    }
}

#[test]
fn equal_outcomes_give_equal_bytes() {
    let (outcome, bytes) = complete();
    assert!(figures(outcome, None).unwrap() == *bytes, "twice in one process");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("figures.pdf");
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "pdf::another_process"])
        .env("GMMSCOPE_TEST_PDF", &path)
        .output()
        .unwrap()
        .status;
    assert!(status.success());
    assert!(std::fs::read(path).unwrap() == *bytes, "in another process");
}

/// The other process of [`equal_outcomes_give_equal_bytes`]; by itself it writes nothing.
#[test]
fn another_process() {
    if let Some(path) = std::env::var_os("GMMSCOPE_TEST_PDF") {
        std::fs::write(path, &complete().1).unwrap();
    }
}

#[test]
fn no_words_overlap_or_leave_the_page() {
    for (components, samples) in [(1, 20), (3, 90), (5, 90), (10, 120), (20, 400)] {
        let made = outcome::complete(components, samples, if components == 1 { &[8] } else { &[0, 1, 8] });
        let made = if components >= 10 { outcome::relabelled(made) } else { made };
        let pdf = Pdf::read(&figures(&made, None).unwrap());
        for page in 1..=pdf.pages.len() {
            assert!(pdf.lines(page).len() >= 5);
            pdf.assert_words_apart(page, [36.0, 20.0, 806.0, 570.0], &format!("K = {components}"));
        }
    }
}

#[test]
fn pages_hold_at_the_extremes_of_the_settings() {
    for (components, samples, labels) in [(1, 20, &[8][..]), (20, 400, &[0, 1, 8]), (30, 400, &[0, 1, 8])] {
        let made = outcome::complete(components, samples, labels);
        let made = if components == 20 { outcome::relabelled(made) } else { made };
        let bytes = figures(&made, None).unwrap();
        assert!(bytes.len() < 2_000_000, "K = {components}: {} bytes", bytes.len());
        let pdf = Pdf::read(&bytes);
        // Means and both pages of covariances take two pages each beyond 24 components.
        assert_eq!(pdf.pages.len(), if components > 24 { 13 } else { 10 });
        for page in 1..=pdf.pages.len() {
            for image in pdf.images(page) {
                let [x, y, width, height] = image.place;
                assert!(x >= 30.0 && x + width <= 812.0, "page {page}: x {x} width {width}");
                assert!(y >= 40.0 && y + height <= 560.0, "page {page}: y {y} height {height}");
            }
        }
    }
}

#[test]
fn what_was_measured_of_restorations_has_two_pages() {
    let (outcome, _) = complete();
    let found = crate::metrics::restorations(outcome);
    let pdf = Pdf::read(&figures(outcome, Some(&found)).unwrap());
    let page = |title: &str| pdf.text(pdf.page_titled(title)).replace('\n', " ");
    let curve = page("Restoration by share observed");
    assert!(curve.contains("100 test images") && curve.contains("double descent"), "{curve}");
    let calibration = page("Calibration");
    let held = &found.calibrations[0].calibration;
    let covered = format!("mask:0.1: 90 % intervals cover {:.1} %", 100.0 * held.uncertain.coverage[2]);
    assert!(calibration.contains(&covered), "{calibration}");
    assert!(calibration.contains("identity, noise 0.1") && calibration.contains("reduce:2"), "{calibration}");
}
