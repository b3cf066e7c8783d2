//! Images that are not square, from IDX files to figures, report and metrics.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use gmmscope::data::ImageShape;
use gmmscope::export::export_all;
use gmmscope::mixture::{EmSettings, KMeansSettings};
use gmmscope::study::{Control, Outcome, Settings, run};
use serde_json::Value;
use tempfile::TempDir;

use crate::reader::Pdf;

/// Writes the four IDX files of images of `shape`, of the labels 0 and 1 by turns: a bar that lies in one label and
/// stands in the other, at a place that differs from image to image, on a gray that does so too.
fn write_idx(folder: &Path, shape: ImageShape) {
    let ImageShape { rows, columns } = shape;
    for (name, count) in [("train", 80_usize), ("t10k", 20)] {
        let size = |n: usize| u32::try_from(n).unwrap().to_be_bytes();
        let mut images = [&[0, 0, 8, 3][..], &size(count), &size(rows), &size(columns)].concat();
        let mut labels = [&[0, 0, 8, 1][..], &size(count)].concat();
        for n in 0..count {
            labels.push((n % 2) as u8);
            for pixel in 0..shape.len() {
                let (row, column) = shape.position(pixel);
                let (at, end) = if n % 2 == 0 { (row, rows) } else { (column, columns) };
                let bar = at == (7 * n) % end;
                let noise = (pixel * 7919 + n * 104_729) % 61;
                images.push((60 + noise + 5 * (n % 9) + if bar { 90 } else { 0 }) as u8);
            }
        }
        fs::write(folder.join(format!("{name}-images-idx3-ubyte")), images).unwrap();
        fs::write(folder.join(format!("{name}-labels-idx1-ubyte")), labels).unwrap();
    }
}

/// A study of images of `shape`, and the folder with all that it exports.
fn exported(shape: ImageShape) -> (Outcome, TempDir) {
    let folder = TempDir::new().unwrap();
    write_idx(folder.path(), shape);
    let em = EmSettings { ridge: 1e-2, max_iterations: 4, ..EmSettings::default() };
    let settings = Settings {
        kmeans: KMeansSettings { components: 2, ..KMeansSettings::default() },
        em,
        data: Some(folder.path().to_owned()),
        samples: 60.into(),
        labels: vec![0, 1].into(),
        test_images: 6,
        draws: 5,
        observed: 0.3,
        ..Settings::default()
    };
    let outcome = run(&settings.check().unwrap(), &Control::new(), &mut |_| {}).unwrap();
    export_all(&outcome, None, None, &folder.path().join("out"), &mut |_| {}).unwrap();
    (outcome, folder)
}

fn read(folder: &TempDir, file: &str) -> Vec<u8> {
    fs::read(folder.path().join("out").join(file)).unwrap()
}

fn words(pdf: &Pdf) -> String {
    let text: Vec<String> = (1..=pdf.pages.len()).map(|page| pdf.text(page)).collect();
    let words: Vec<&str> = text.iter().flat_map(|page| page.split_whitespace()).collect();
    words.join(" ")
}

const SHAPES: [ImageShape; 4] =
    [ImageShape::new(20, 30), ImageShape::new(30, 12), ImageShape::new(1, 64), ImageShape::new(64, 1)];

/// Each shape with its study and the folder of its files, made once for all tests.
fn each() -> &'static [(ImageShape, Outcome, TempDir)] {
    static MADE: OnceLock<Vec<(ImageShape, Outcome, TempDir)>> = OnceLock::new();
    MADE.get_or_init(|| {
        let made = SHAPES.into_iter().map(|shape| (shape, exported(shape)));
        made.map(|(shape, (outcome, folder))| (shape, outcome, folder)).collect()
    })
}

#[test]
fn figures_show_the_pixels_in_their_shape() {
    for (shape, outcome, folder) in each() {
        let (data, fit) = (outcome.data.as_ref().unwrap(), outcome.fit.as_ref().unwrap());
        let inpaint = outcome.inpaint.as_ref().unwrap();
        let pdf = Pdf::read(&read(folder, "figures.pdf"));
        assert_eq!(pdf.pages.len(), 10);
        let factor = 224 / shape.rows.max(shape.columns);

        let gray = |values: &[f64]| -> Vec<[u8; 3]> {
            values.iter().map(|value| [(255.0 * value.clamp(0.0, 1.0)).round() as u8; 3]).collect()
        };
        let shown = pdf.images(pdf.page_titled("Training images"));
        assert_eq!(shown.len(), 60);
        for (image, &index) in shown.iter().zip(&data.sample_indices) {
            let pixels: Vec<[u8; 3]> = data.train.pixels(index).iter().map(|&v| [v; 3]).collect();
            assert_eq!(image.reduced(factor), pixels, "{shape}");
        }
        let means = pdf.images(pdf.page_titled("Means"));
        for (image, mean) in means.iter().zip(fit.mixture.means().column_iter()) {
            assert_eq!(image.reduced(factor), gray(mean.as_slice()), "{shape}");
        }
        let samples = pdf.images(pdf.page_titled("Samples"));
        for (image, sample) in samples.iter().zip(outcome.samples.as_ref().unwrap().images.column_iter()) {
            assert_eq!(image.reduced(factor), gray(sample.as_slice()), "{shape}");
        }
        let images = pdf.images(pdf.page_titled("Inpainting"));
        for (column, truth) in images.chunks_exact(4).zip(inpaint.truth.column_iter()) {
            assert_eq!(column[2].reduced(factor), gray(truth.as_slice()), "{shape}");
        }
        let matrices = pdf.images(pdf.page_titled("Covariance matrices"));
        assert_eq!(matrices[0].width, matrices[0].height, "{shape}");

        // Everything of an image's shape is drawn in its proportions, a row eight times as wide as high.
        let proportion = (shape.columns as f32 / shape.rows as f32).clamp(0.125, 8.0);
        for title in ["Training images", "k-means", "Means", "Variances", "Samples", "Inpainting"] {
            let mut images = pdf.images(pdf.page_titled(title));
            if ["Variances", "Inpainting"].contains(&title) {
                images.pop(); // The colour bar.
            }
            assert!(!images.is_empty());
            for image in images {
                let [_, _, width, height] = image.place;
                assert!(
                    (width / height / proportion - 1.0).abs() < 0.01,
                    "{shape}, {title}: {width} x {height}"
                );
                assert_eq!((image.width, image.height), (factor * shape.columns, factor * shape.rows));
            }
        }
    }
}

#[test]
fn no_words_overlap_whatever_the_shape() {
    for (shape, _, folder) in each() {
        for (file, bounds) in
            [("figures.pdf", [36.0, 20.0, 806.0, 570.0]), ("report-figures.pdf", [-0.5, -0.5, 480.5, 340.5])]
        {
            let pdf = Pdf::read(&read(folder, file));
            for page in 1..=pdf.pages.len() {
                pdf.assert_words_apart(page, bounds, &format!("{shape}, {file}"));
                for image in pdf.images_or_none(page) {
                    let [x, y, width, height] = image.place;
                    let inside = x >= bounds[0] && x + width <= bounds[2] && y >= bounds[1];
                    assert!(
                        inside && y + height <= bounds[3],
                        "{shape}, {file}, page {page}: {:?}",
                        image.place
                    );
                }
            }
        }
    }
}

#[test]
fn words_and_numbers_know_the_shape() {
    for (shape, outcome, folder) in each() {
        let text = words(&Pdf::read(&read(folder, "figures.pdf")));
        let dim = shape.len();
        assert!(text.contains(&format!("An image has {shape} pixels")), "{text}");
        let blocks = format!("pattern of {0} × {0} blocks", shape.columns);
        let has_rows = shape.rows > 1 && shape.columns > 1;
        assert_eq!(text.contains(&blocks), has_rows, "{text}");
        // The window of the SSIM is 11 x 11.
        let has_ssim = shape.rows >= 11 && shape.columns >= 11;
        assert_eq!(text.contains("SSIM"), has_ssim, "{text}");

        let json: Value = serde_json::from_slice(&read(folder, "metrics.json")).unwrap();
        assert_eq!(json["data"]["rows"], shape.rows);
        assert_eq!(json["data"]["columns"], shape.columns);
        assert_eq!(json["mixture"]["dim"], dim);
        let inpainting = &json["inpainting"];
        for ssim in [
            &inpainting["mixture"]["ssim"],
            &inpainting["baselines"]["nearest_pixel"]["ssim"],
            &inpainting["images"][0]["ssim"],
            &inpainting["images"][0]["baselines"]["mean_image"]["ssim"],
        ] {
            assert_eq!(ssim.is_number(), has_ssim, "{shape}: {inpainting}");
        }
        assert!(inpainting["baselines"]["nearest_pixel"]["psnr"].is_number(), "{shape}");

        if cfg!(feature = "report") {
            let report = words(&Pdf::read(&read(folder, "report.pdf")));
            for words in [format!("{dim} = {shape}"), format!("K = 2, D = {dim}")] {
                assert!(report.contains(&words), "lacks {words:?}: {report}");
            }
            assert_eq!(report.contains("SSIM"), has_ssim, "{report}");
            assert_eq!(report.contains("neighbours within a row"), has_rows, "{report}");
        }
        assert_eq!(outcome.fit.as_ref().unwrap().mixture.dim(), dim);
    }
}
