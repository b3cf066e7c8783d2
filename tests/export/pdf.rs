//! figures.pdf, read back with lopdf.

use crate::outcome;

#[test]
fn draft() {
    let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    for (name, o) in [
        ("k5", outcome::complete(5, 600, &[0, 1, 8])),
        ("k1", outcome::complete(1, 300, &[1])),
        ("k20", outcome::relabelled(outcome::complete(20, 600, &[0, 1, 8]))),
    ] {
        let t = std::time::Instant::now();
        let bytes = gmmscope::export::figures::figures(&o).unwrap();
        println!("{name} {} bytes {:?}", bytes.len(), t.elapsed());
        std::fs::write(folder.join(format!("{name}.pdf")), bytes).unwrap();
    }
}
