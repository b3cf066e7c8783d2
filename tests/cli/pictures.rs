//! Pictures of the user's, restored.

use crate::program::{Place, model};

#[test]
fn a_picture_is_restored_to_pictures() {
    let place = Place::new();
    let picture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/pictures/gray.png");
    let words = ["restore", "--model", model(), "--images", picture, "--observe", "mask:0.5", "--png", "out"];
    let ran = place.run(&[&words[..], &["--out", "r.npz"]].concat());
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stderr.contains("is brought to 28 × 28 pixels"), "{ran:?}");
    assert_eq!(place.array("r.npz", "restored").0, [1, 784]);
    assert_eq!(place.array("r.npz", "images").0, [1, 784]);
    for kind in ["restored", "std", "image", "observed"] {
        assert!(place.path(&format!("out/0000-{kind}.png")).exists(), "{kind}");
    }
}
