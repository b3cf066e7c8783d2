use proptest::prelude::*;

use super::*;
use crate::inverse::Edge;

const SHAPE: ImageShape = ImageShape::new(28, 28);

fn editor() -> MaskEditor {
    MaskEditor::new(SHAPE, (0..784).map(|i| i * 5 % 784).collect(), 0.1)
}

fn observed(editor: &MaskEditor) -> usize {
    editor.mask().observed().len()
}

#[test]
fn it_begins_with_the_random_mask_of_the_study() {
    let editor = editor();
    assert_eq!((editor.kind(), observed(&editor), editor.version()), (MaskKind::Random, 78, 0));
    assert_eq!(editor.setting(), Setting { label: "observed", low: 0, high: 100, value: 10 });
}

#[test]
fn the_slider_adds_pixels_and_takes_them_away() {
    let mut editor = editor();
    let tenth = editor.mask().clone();
    editor.adjust(10);
    assert_eq!(observed(&editor), 156);
    assert!(tenth.observed().iter().all(|&pixel| editor.mask().bits()[pixel]));
    editor.slide(1.0);
    assert_eq!(observed(&editor), 784);
    editor.slide(0.0);
    editor.adjust(-1);
    assert_eq!(observed(&editor), 0);
    editor.slide(f64::NAN);
    assert_eq!(observed(&editor), 0);
    // One drag of the slider is one change.
    assert!(editor.undo());
    assert_eq!(*editor.mask(), tenth);
    assert!(!editor.undo());
}

#[test]
fn a_fraction_between_whole_percents_is_kept_until_the_slider_moves() {
    let mut editor = MaskEditor::new(SHAPE, (0..784).collect(), 0.125);
    assert_eq!((observed(&editor), editor.setting().value), (98, 13));
    editor.adjust(0);
    assert_eq!(observed(&editor), 98);
    editor.adjust(1);
    assert_eq!((observed(&editor), editor.setting().value), (109, 14));
}

#[test]
fn every_shape_has_its_measure() {
    let mut editor = editor();
    for (shape, start, after) in [
        (MaskKind::Block, 784 - 14 * 14, 784 - 15 * 15),
        (MaskKind::Left, 14 * 28, 15 * 28),
        (MaskKind::Right, 15 * 28, 16 * 28),
        (MaskKind::Top, 16 * 28, 17 * 28),
        (MaskKind::Bottom, 17 * 28, 18 * 28),
        (MaskKind::Rows, 14 * 28, 10 * 28),
        (MaskKind::Columns, 10 * 28, 7 * 28),
    ] {
        editor.turn(1);
        assert_eq!((editor.kind(), observed(&editor)), (shape, start));
        editor.adjust(1);
        assert_eq!(observed(&editor), after, "{shape:?}");
        let setting = editor.setting();
        assert!((0.0..=1.0).contains(&setting.position()));
    }
    // Painting begins with the mask that is there, and the slider is the brush.
    let before = editor.mask().clone();
    editor.turn(1);
    assert_eq!((editor.kind(), editor.mask()), (MaskKind::Painted, &before));
    editor.slide(1.0);
    assert_eq!((editor.brush(), editor.mask()), (Values::MOST_BRUSH, &before));
    editor.turn(1);
    assert_eq!((editor.kind(), observed(&editor)), (MaskKind::Random, 78));
    editor.turn(-1);
    assert_eq!(editor.kind(), MaskKind::Painted);
}

#[test]
fn a_stroke_is_painted_and_undone_as_one() {
    let mut editor = editor();
    editor.fill(true);
    editor.resize_brush(-9);
    assert_eq!((editor.brush(), editor.kind()), (1, MaskKind::Painted));
    editor.jump_to((3, 5));
    editor.step(0, 4);
    assert_eq!(observed(&editor), 784, "a brush that is up paints nothing");
    editor.toggle_brush();
    editor.step(0, 1);
    editor.step(1, 0);
    editor.stroke_to((4, 14));
    editor.toggle_brush();
    editor.step(5, 0);
    let missing: Vec<(usize, usize)> = editor.mask().missing().iter().map(|p| (p / 28, p % 28)).collect();
    assert_eq!(missing, [(3, 9), (3, 10), (4, 10), (4, 11), (4, 12), (4, 13), (4, 14)]);
    // The opposite, and a second stroke.
    editor.paints_observed = true;
    editor.jump_to((4, 12));
    editor.toggle_brush();
    editor.toggle_brush();
    assert_eq!(editor.mask().missing().len(), 6);
    assert!(editor.undo());
    assert_eq!(editor.mask().missing().len(), 7);
    assert!(editor.undo());
    assert_eq!(observed(&editor), 784);
    assert!(editor.undo());
    assert_eq!((editor.kind(), observed(&editor)), (MaskKind::Random, 78));
}

#[test]
fn clear_fill_and_invert() {
    let mut editor = editor();
    editor.invert();
    assert_eq!(observed(&editor), 706);
    editor.fill(false);
    assert_eq!(observed(&editor), 0);
    editor.invert();
    assert_eq!(observed(&editor), 784);
    let version = editor.version();
    editor.toggle_brush();
    assert!(editor.version() > version);
}

#[test]
fn a_painted_mask_is_another_images_start() {
    let mut editor = editor();
    let other = Mask::margin(SHAPE, Edge::Top, 14);
    editor.adopt(&other);
    assert_eq!(editor.mask(), &other);
    editor.invert();
    editor.adopt(&other);
    assert_eq!(editor.mask(), &other.inverted(), "not once something was changed");
    editor.adopt(&Mask::new(vec![true; 3]));
    assert_eq!(editor.mask().dim(), 784);
}

proptest! {
    #[test]
    fn whatever_is_done_can_be_undone(steps in prop::collection::vec((0..10u8, 0..40usize, 0..40usize), 0..60)) {
        let mut editor = editor();
        let start = editor.mask().clone();
        for (what, x, y) in steps {
            match what {
                0 => editor.toggle_brush(),
                1 => editor.stroke_to((x, y)),
                2 => editor.turn(1),
                3 => editor.adjust(x as isize - 20),
                4 => editor.slide(x as f64 / 30.0),
                5 => editor.invert(),
                6 => editor.fill(x % 2 == 0),
                7 => editor.resize_brush(y as isize - 20),
                8 => editor.paints_observed = !editor.paints_observed,
                _ => editor.step(x as isize - 20, y as isize - 20),
            }
            prop_assert_eq!(editor.mask().dim(), 784);
            prop_assert!(editor.at.0 < 28 && editor.at.1 < 28 && editor.covers(editor.at.0, editor.at.1));
        }
        while editor.undo() {}
        prop_assert_eq!(editor.mask(), &start);
    }
}
