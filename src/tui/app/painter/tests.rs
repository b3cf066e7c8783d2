use proptest::prelude::*;

use super::*;
use crate::data::ImageShape;
use crate::inverse::Edge;

fn painter() -> Painter {
    Painter::new(28, (0..784).map(|i| i * 5 % 784).collect(), 0.1)
}

fn observed(painter: &Painter) -> usize {
    painter.mask().observed().len()
}

#[test]
fn it_begins_with_the_random_mask_of_the_study() {
    let painter = painter();
    assert_eq!((painter.shape(), observed(&painter), painter.version()), (Shape::Random, 78, 0));
    assert_eq!(painter.measure(), Measure { label: "observed", low: 0, high: 100, value: 10 });
}

#[test]
fn the_slider_adds_pixels_and_takes_them_away() {
    let mut painter = painter();
    let tenth = painter.mask().clone();
    painter.adjust(10);
    assert_eq!(observed(&painter), 156);
    assert!(tenth.observed().iter().all(|&pixel| painter.mask().bits()[pixel]));
    painter.slide(1.0);
    assert_eq!(observed(&painter), 784);
    painter.slide(0.0);
    painter.adjust(-1);
    assert_eq!(observed(&painter), 0);
    painter.slide(f64::NAN);
    assert_eq!(observed(&painter), 0);
    // One pull of the slider is one change.
    assert!(painter.undo());
    assert_eq!(*painter.mask(), tenth);
    assert!(!painter.undo());
}

#[test]
fn a_fraction_between_whole_percents_is_kept_until_the_slider_moves() {
    let mut painter = Painter::new(28, (0..784).collect(), 0.125);
    assert_eq!((observed(&painter), painter.measure().value), (98, 13));
    painter.adjust(0);
    assert_eq!(observed(&painter), 98);
    painter.adjust(1);
    assert_eq!((observed(&painter), painter.measure().value), (109, 14));
}

#[test]
fn every_shape_has_its_measure() {
    let mut painter = painter();
    for (shape, start, after) in [
        (Shape::Block, 784 - 14 * 14, 784 - 15 * 15),
        (Shape::Left, 14 * 28, 15 * 28),
        (Shape::Right, 15 * 28, 16 * 28),
        (Shape::Top, 16 * 28, 17 * 28),
        (Shape::Bottom, 17 * 28, 18 * 28),
        (Shape::Rows, 14 * 28, 10 * 28),
        (Shape::Columns, 10 * 28, 7 * 28),
    ] {
        painter.turn(1);
        assert_eq!((painter.shape(), observed(&painter)), (shape, start));
        painter.adjust(1);
        assert_eq!(observed(&painter), after, "{shape:?}");
        let measure = painter.measure();
        assert!((0.0..=1.0).contains(&measure.position()));
    }
    // Painting begins with the mask that is there, and the slider is the brush.
    let before = painter.mask().clone();
    painter.turn(1);
    assert_eq!((painter.shape(), painter.mask()), (Shape::Painted, &before));
    painter.slide(1.0);
    assert_eq!((painter.brush(), painter.mask()), (BRUSH, &before));
    painter.turn(1);
    assert_eq!((painter.shape(), observed(&painter)), (Shape::Random, 78));
    painter.turn(-1);
    assert_eq!(painter.shape(), Shape::Painted);
}

#[test]
fn a_stroke_is_painted_and_undone_as_one() {
    let mut painter = painter();
    painter.fill(true);
    painter.resize_brush(-9);
    assert_eq!((painter.brush(), painter.shape()), (1, Shape::Painted));
    painter.jump_to((3, 5));
    painter.step(0, 4);
    assert_eq!(observed(&painter), 784, "a brush that is up paints nothing");
    painter.toggle_pen();
    painter.step(0, 1);
    painter.step(1, 0);
    painter.stroke_to((4, 14));
    painter.toggle_pen();
    painter.step(5, 0);
    let missing: Vec<(usize, usize)> = painter.mask().missing().iter().map(|p| (p / 28, p % 28)).collect();
    assert_eq!(missing, [(3, 9), (3, 10), (4, 10), (4, 11), (4, 12), (4, 13), (4, 14)]);
    // The other ink, and a second stroke.
    painter.ink = true;
    painter.jump_to((4, 12));
    painter.toggle_pen();
    painter.toggle_pen();
    assert_eq!(painter.mask().missing().len(), 6);
    assert!(painter.undo());
    assert_eq!(painter.mask().missing().len(), 7);
    assert!(painter.undo());
    assert_eq!(observed(&painter), 784);
    assert!(painter.undo());
    assert_eq!((painter.shape(), observed(&painter)), (Shape::Random, 78));
}

#[test]
fn clear_fill_and_invert() {
    let mut painter = painter();
    painter.invert();
    assert_eq!(observed(&painter), 706);
    painter.fill(false);
    assert_eq!(observed(&painter), 0);
    painter.invert();
    assert_eq!(observed(&painter), 784);
    let version = painter.version();
    painter.toggle_pen();
    assert!(painter.version() > version);
}

#[test]
fn a_painted_mask_is_another_images_start() {
    let mut painter = painter();
    let other = Mask::margin(ImageShape::new(28, 28), Edge::Top, 14);
    painter.adopt(&other);
    assert_eq!(painter.mask(), &other);
    painter.invert();
    painter.adopt(&other);
    assert_eq!(painter.mask(), &other.inverted(), "not once something was changed");
    painter.adopt(&Mask::new(vec![true; 3]));
    assert_eq!(painter.mask().dim(), 784);
}

proptest! {
    #[test]
    fn whatever_is_done_can_be_undone(steps in prop::collection::vec((0..10u8, 0..40usize, 0..40usize), 0..60)) {
        let mut painter = painter();
        let start = painter.mask().clone();
        for (what, x, y) in steps {
            match what {
                0 => painter.toggle_pen(),
                1 => painter.stroke_to((x, y)),
                2 => painter.turn(1),
                3 => painter.adjust(x as isize - 20),
                4 => painter.slide(x as f64 / 30.0),
                5 => painter.invert(),
                6 => painter.fill(x % 2 == 0),
                7 => painter.resize_brush(y as isize - 20),
                8 => painter.ink = !painter.ink,
                _ => painter.step(x as isize - 20, y as isize - 20),
            }
            prop_assert_eq!(painter.mask().dim(), 784);
            prop_assert!(painter.at.0 < 28 && painter.at.1 < 28 && painter.covers(painter.at.0, painter.at.1));
        }
        while painter.undo() {}
        prop_assert_eq!(painter.mask(), &start);
    }
}
