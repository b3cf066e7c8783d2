//! A study from its start to its files: equal for any number of threads.

use gmmscope::export::export_all;
use gmmscope::files::ModelFile;
use gmmscope::study::{Control, Settings, run};
use tempfile::TempDir;

use crate::reader::Pdf;

#[test]
fn a_study_leaves_equal_files_for_any_number_of_threads() {
    let folder = TempDir::new().unwrap();
    for threads in [1, 2] {
        let mut settings = Settings {
            samples: 120.into(),
            labels: vec![1, 8].into(),
            held_out: 20,
            threads,
            ..Settings::default()
        };
        (settings.kmeans.components, settings.kmeans.restarts, settings.em.ridge) = (2, 2, 1e-3);
        let outcome = run(&settings.check().unwrap(), &Control::new(), &mut |_| {}).unwrap();
        export_all(&outcome, None, None, &folder.path().join(threads.to_string()), &mut |_| {}).unwrap();
        let model = ModelFile::load(&folder.path().join(threads.to_string()).join("model.npz")).unwrap();
        assert_eq!(Some(model), outcome.model());
    }
    let read = |threads: &str, file: &str| std::fs::read(folder.path().join(threads).join(file)).unwrap();
    for file in ["model.npz", "figures.pdf"] {
        assert!(read("1", file) == read("2", file), "{file} differs");
    }
    let pdf = Pdf::read(&read("1", "figures.pdf"));
    assert_eq!(pdf.pages.len(), 10);
    let text = pdf.text(pdf.page_titled("Expectation-maximisation")).replace('\n', " ");
    assert!(text.contains("NLL of 20 held-out test images"), "{text}");
}
