//! Masks drawn, in regular shapes, and painted pixel by pixel.

use proptest::prelude::*;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

use super::*;

/// The shape of `len` pixels in a row.
fn row(len: usize) -> ImageShape {
    ImageShape::new(1, len)
}

fn square(side: usize) -> ImageShape {
    ImageShape::new(side, side)
}

fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

#[test]
fn a_tenth_of_fashion_mnist_is_78_pixels() {
    let mask = Mask::random(row(784), 0.1, &mut rng(0)).unwrap();
    assert_eq!((mask.observed().len(), mask.missing().len()), (78, 706));
}

#[test]
fn rounding_of_the_product_loses_no_pixel() {
    for count in 0..=100 {
        let fraction = f64::from(count) / 100.0;
        let mask = Mask::random(row(100), fraction, &mut rng(1)).unwrap();
        assert_eq!(mask.observed().len(), count as usize, "{fraction}");
    }
}

#[test]
fn fractions_outside_0_to_1_are_refused() {
    for fraction in [-0.1, 1.0 + f64::EPSILON, f64::INFINITY, f64::NAN] {
        let error = Mask::random(row(9), fraction, &mut rng(0)).unwrap_err();
        assert!(matches!(error, InverseError::Fraction(found) if found.to_bits() == fraction.to_bits()));
    }
    assert_eq!(Mask::random(row(9), 0.0, &mut rng(0)).unwrap().missing().len(), 9);
    assert_eq!(Mask::random(row(9), 1.0, &mut rng(0)).unwrap().observed().len(), 9);
    assert_eq!(Mask::random(row(0), 0.5, &mut rng(0)).unwrap().dim(), 0);
}

#[test]
fn random_masks_follow_the_seed_and_are_uniform() {
    let of_seed = |seed| Mask::random(row(784), 0.1, &mut rng(seed)).unwrap();
    assert_eq!(of_seed(3), of_seed(3));
    assert_ne!(of_seed(3), of_seed(4));

    let (mut counts, mut rng) = ([0_u32; 20], rng(5));
    for _ in 0..4000 {
        for &pixel in Mask::random(row(20), 0.25, &mut rng).unwrap().observed() {
            counts[pixel] += 1;
        }
    }
    // Each pixel: binomial(4000, 1/4), standard deviation 27.4; five of them.
    assert!(counts.iter().all(|&count| count.abs_diff(1000) < 137), "{counts:?}");
}

#[test]
fn shapes() {
    let picture = |mask: Mask| -> Vec<String> {
        let row = |bits: &[bool]| bits.iter().map(|&bit| if bit { '#' } else { '.' }).collect();
        mask.bits().chunks(3).map(row).collect()
    };
    assert_eq!(picture(Mask::margin(square(3), Edge::Left, 1)), ["#..", "#..", "#.."]);
    assert_eq!(picture(Mask::margin(square(3), Edge::Right, 2)), [".##", ".##", ".##"]);
    assert_eq!(picture(Mask::margin(square(3), Edge::Top, 1)), ["###", "...", "..."]);
    assert_eq!(picture(Mask::margin(square(3), Edge::Bottom, 2)), ["...", "###", "###"]);
    assert_eq!(picture(Mask::stripes(square(3), Stripes::Rows, 2)), ["###", "...", "###"]);
    assert_eq!(picture(Mask::stripes(square(3), Stripes::Columns, 3)), ["#..", "#..", "#.."]);
    assert_eq!(picture(Mask::stripes(square(3), Stripes::Columns, 0)), ["...", "...", "..."]);
    assert_eq!(picture(Mask::block_missing(square(3), 0..2, 1..9)), ["#..", "#..", "###"]);
    assert_eq!(picture(Mask::block_missing(square(3), 0..2, 1..9).inverted()), [".##", ".##", "..."]);
}

#[test]
fn shapes_that_are_not_square() {
    let shape = ImageShape::new(2, 4);
    let picture = |mask: &Mask| -> Vec<String> {
        let row = |bits: &[bool]| bits.iter().map(|&bit| if bit { '#' } else { '.' }).collect();
        assert_eq!((mask.shape(), mask.dim(), mask.inverted().shape()), (shape, 8, shape));
        mask.bits().chunks(4).map(row).collect()
    };
    assert_eq!(picture(&Mask::margin(shape, Edge::Right, 1)), ["...#", "...#"]);
    assert_eq!(picture(&Mask::margin(shape, Edge::Right, 3)), [".###", ".###"]);
    assert_eq!(picture(&Mask::margin(shape, Edge::Bottom, 1)), ["....", "####"]);
    assert_eq!(picture(&Mask::margin(shape, Edge::Bottom, 3)), ["####", "####"]);
    assert_eq!(picture(&Mask::stripes(shape, Stripes::Columns, 3)), ["#..#", "#..#"]);
    assert_eq!(picture(&Mask::central_block_missing(shape, 1)), ["#.##", "####"]);
    assert_eq!(picture(&Mask::central_block_missing(shape, 3)), ["...#", "...#"]);
    let mut mask = Mask::from_fn(shape, |_, _| false);
    assert!(mask.stamp((1, 3), 2, true) && !mask.stamp((2, 0), 1, true) && !mask.stamp((0, 4), 1, true));
    assert_eq!(picture(&mask), ["..##", "..##"]);
    assert_ne!(Mask::new(mask.bits().to_vec()), mask, "8 pixels without a shape are one row");
}

#[test]
fn margins_and_central_blocks() {
    let picture = |mask: Mask| -> Vec<String> {
        let row = |bits: &[bool]| bits.iter().map(|&bit| if bit { '#' } else { '.' }).collect();
        mask.bits().chunks(4).map(row).collect()
    };
    assert_eq!(picture(Mask::margin(square(4), Edge::Left, 1)), ["#...", "#...", "#...", "#..."]);
    assert_eq!(picture(Mask::margin(square(4), Edge::Right, 3)), [".###", ".###", ".###", ".###"]);
    assert_eq!(picture(Mask::margin(square(4), Edge::Top, 9)), ["####"; 4]);
    assert_eq!(picture(Mask::margin(square(4), Edge::Bottom, 0)), ["...."; 4]);
    assert_eq!(picture(Mask::central_block_missing(square(4), 2)), ["####", "#..#", "#..#", "####"]);
    assert_eq!(picture(Mask::central_block_missing(square(4), 1)), ["####", "#.##", "####", "####"]);
    assert_eq!(picture(Mask::central_block_missing(square(4), 9)), ["...."; 4]);
    assert_eq!(Mask::central_block_missing(square(0), 3).dim(), 0);
}

#[test]
fn masks_along_one_order_hold_each_other_and_the_one_it_continues() {
    let start = Mask::random(row(100), 0.29, &mut rng(2)).unwrap();
    let order = start.order(&mut rng(3));
    assert_eq!(Mask::first_of(row(100), &order, Mask::count(100, 0.29)), start);
    let mut sorted = order.clone();
    sorted.sort_unstable();
    assert!(sorted.into_iter().eq(0..100));
    assert_ne!(order, start.order(&mut rng(4)));
    for count in 0..100 {
        let (small, large) =
            (Mask::first_of(row(100), &order, count), Mask::first_of(row(100), &order, count + 1));
        assert_eq!(small.observed().len(), count);
        assert!(small.observed().iter().all(|pixel| large.observed().contains(pixel)));
    }
    assert_eq!(Mask::first_of(row(2), &[7, 0], 2).bits(), [true, false]);
}

#[test]
fn a_brush_is_a_square_cut_off_at_the_edges() {
    let painted = |at, size| {
        let mut mask = Mask::new(vec![false; 16]);
        let changed = mask.stamp(at, size, true);
        assert_eq!(changed, !mask.observed().is_empty());
        mask.observed().to_vec()
    };
    assert_eq!(painted((1, 2), 1), [6]);
    assert_eq!(painted((1, 2), 2), [1, 2, 5, 6]);
    assert_eq!(painted((1, 1), 3), [0, 1, 2, 4, 5, 6, 8, 9, 10]);
    assert_eq!(painted((0, 0), 3), [0, 1, 4, 5]);
    assert_eq!(painted((3, 3), 9), (0..16).collect::<Vec<_>>());
    assert!(painted((7, 1), 1).is_empty() && painted((1, 7), 2).is_empty() && painted((1, 1), 0).is_empty());
    let mut full = Mask::new(vec![true; 16]);
    assert!(!full.stamp((1, 1), 3, true) && full.stamp((1, 1), 3, false));
    assert_eq!(full, Mask::from_fn(square(4), |row, column| row > 2 || column > 2));
}

#[test]
fn a_pixel_past_the_end_is_left_alone() {
    let mut mask = Mask::margin(square(3), Edge::Top, 1);
    let before = mask.clone();
    assert!(!mask.set(9, false) && !mask.set(9, true) && !mask.set(0, true));
    assert_eq!(mask, before);
}

proptest! {
    #[test]
    fn painting_equals_the_mask_of_the_bits(
        bits in prop::collection::vec(any::<bool>(), 1..40), pixels in prop::collection::vec(0_usize..40, 0..20),
    ) {
        let (mut mask, mut expected) = (Mask::new(bits.clone()), bits);
        for pixel in pixels {
            let observed = expected.get(pixel).is_none_or(|bit| !bit);
            prop_assert_eq!(mask.set(pixel, observed), pixel < expected.len());
            if let Some(bit) = expected.get_mut(pixel) {
                *bit = observed;
            }
            prop_assert_eq!(&mask, &Mask::new(expected.clone()));
        }
        prop_assert_eq!(mask.inverted(), Mask::new(expected.iter().map(|bit| !bit).collect()));
    }
}
