use proptest::prelude::*;

use super::*;
use crate::data::ImageShape;
use crate::tui::theme::Depth;

const TRUE: Theme = Theme::dark(Depth::True, Glyphs::Unicode);
const PLAIN: Theme = Theme::dark(Depth::None, Glyphs::Ascii);

/// The colours of the upper and the lower pixel of a cell.
fn halves(buffer: &Buffer, x: u16, y: u16) -> (Color, Color) {
    let cell = &buffer[(x, y)];
    match cell.symbol() {
        "▀" => (cell.fg, cell.bg),
        " " => (cell.bg, cell.bg),
        other => panic!("{other:?} at {x}, {y}"),
    }
}

fn rgb([r, g, b]: [u8; 3]) -> Color {
    Color::Rgb(r, g, b)
}

fn ramp_image(width: usize, height: usize) -> Picture {
    let values: Vec<f64> = (0..width * height).map(|i| i as f64 / (width * height) as f64).collect();
    Picture::image(ImageShape::new(height, width), &values)
}

#[test]
fn at_native_size_every_pixel_is_shown_exactly() {
    let picture = ramp_image(28, 28);
    let area = Rect::new(0, 0, 28, 14);
    let mut buffer = Buffer::empty(area);
    draw(&mut buffer, area, &picture, 1, (0, 0), TRUE);
    for y in 0..28 {
        for x in 0..28 {
            let (upper, lower) = halves(&buffer, x, y / 2);
            let shown = if y % 2 == 0 { upper } else { lower };
            assert_eq!(shown, rgb(picture.rgb(x.into(), y.into())), "pixel {x}, {y}");
        }
    }
}

#[test]
fn an_odd_height_leaves_the_last_half_row_alone() {
    let picture = ramp_image(3, 3);
    let area = Rect::new(0, 0, 3, 2);
    let mut buffer = Buffer::empty(area);
    draw(&mut buffer, area, &picture, 1, (0, 0), TRUE);
    assert_eq!(halves(&buffer, 2, 1), (rgb(picture.rgb(2, 2)), Color::Reset));
}

#[test]
fn missing_pixels_have_their_own_colour_and_glyph() {
    let mut picture = ramp_image(2, 2);
    picture.missing = vec![true, false, true, true];
    let area = Rect::new(0, 0, 2, 1);
    let mut buffer = Buffer::empty(area);
    draw(&mut buffer, area, &picture, 1, (0, 0), TRUE);
    let missing = rgb(Picture::MISSING);
    assert_eq!(halves(&buffer, 0, 0), (missing, missing));
    assert_eq!(halves(&buffer, 1, 0), (rgb(picture.rgb(1, 0)), missing));
    draw(&mut buffer, area, &picture, 1, (0, 0), PLAIN);
    assert_eq!(buffer[(0, 0)].symbol(), ",");
    assert_ne!(buffer[(1, 0)].symbol(), ",");
}

#[test]
fn the_ramp_rises_with_the_value() {
    let picture = Picture { width: 11, height: 2, ..ramp_image(11, 2) };
    let picture = Picture { values: (0..22).map(|i| f64::from(i % 11) / 10.0).collect(), ..picture };
    let area = Rect::new(0, 0, 11, 1);
    let mut buffer = Buffer::empty(area);
    draw(&mut buffer, area, &picture, 1, (0, 0), PLAIN);
    let text: String = (0..11).map(|x| buffer[(x, 0)].symbol().to_owned()).collect();
    assert_eq!(text, " .:-=+*#%@@");
    assert!(buffer.content.iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset));
}

#[test]
fn signed_values_differ_in_the_ramp() {
    let mut picture = Picture::image(ImageShape::new(1, 5), &[-1.0, -0.5, 0.0, 0.5, 1.0]);
    picture.colormap = Colormap::Diverging;
    picture.range = crate::show::Range { low: -1.0, high: 1.0 };
    let area = Rect::new(0, 0, 5, 1);
    let mut buffer = Buffer::empty(area);
    draw(&mut buffer, area, &picture, 1, (0, 0), PLAIN);
    let text: String = (0..5).map(|x| buffer[(x, 0)].symbol().to_owned()).collect();
    assert_eq!(text, "%- +#");
}

#[test]
fn shrinking_keeps_the_ratio() {
    for (rows, columns, width, height, expected) in [
        (28, 28, 14, 10, (14, 14)),
        (28, 28, 28, 14, (28, 28)),
        (28, 28, 60, 30, (56, 56)),
        (10, 40, 20, 10, (20, 5)),
        (20, 30, 15, 10, (15, 10)),
        (1, 64, 16, 4, (16, 1)),
        (64, 1, 4, 8, (1, 16)),
    ] {
        let size = fitted(ImageShape::new(rows, columns), Rect::new(0, 0, width, height));
        assert_eq!((size.columns, size.half_rows), expected, "{rows} x {columns} in {width} x {height}");
    }
}

proptest! {
    #[test]
    fn zoom_repeats_pixels_and_pans(
        zoom in 1..5usize,
        origin in (0..6usize, 0..6usize),
        size in (1..30u16, 1..15u16),
        offset in (0..3u16, 0..3u16),
    ) {
        let picture = ramp_image(6, 7);
        let area = Rect::new(offset.0, offset.1, size.0, size.1);
        let mut buffer = Buffer::empty(Rect::new(0, 0, 40, 20));
        draw(&mut buffer, area, &picture, zoom, origin, TRUE);
        for (x, y) in (0..40u16).flat_map(|x| (0..20u16).map(move |y| (x, y))) {
            let expected = |half: usize| {
                let column = usize::from(x.checked_sub(area.x).filter(|&c| c < area.width)?);
                let row = usize::from(y.checked_sub(area.y).filter(|&r| r < area.height)?);
                let (px, py) = (origin.0 + column / zoom, origin.1 + (2 * row + half) / zoom);
                (px < 6 && py < 7).then(|| rgb(picture.rgb(px, py)))
            };
            let (upper, lower) = halves(&buffer, x, y);
            prop_assert_eq!(upper, expected(0).unwrap_or(Color::Reset));
            prop_assert_eq!(lower, expected(1).unwrap_or(Color::Reset));
        }
    }

    #[test]
    fn any_picture_fits_any_rectangle(
        width in 0..40usize, height in 0..40usize, columns in 0..50u16, rows in 0..30u16,
    ) {
        let picture = ramp_image(width, height);
        let area = Rect::new(0, 0, columns, rows);
        let mut buffer = Buffer::empty(area);
        let took = draw_to_fit(&mut buffer, area, &picture, TRUE);
        prop_assert_eq!(took.intersection(area).area(), took.area());
    }
}

#[test]
fn on_a_light_background_the_ramp_is_turned_round() {
    let picture = ramp_image(2, 2);
    let glyph = |theme: Theme, lower: bool| {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 2, 1));
        draw(&mut buffer, Rect::new(0, 0, 2, 1), &picture, 1, (0, 0), theme);
        buffer[(u16::from(lower), 0)].symbol().to_owned()
    };
    let light = PLAIN.other_ground();
    let (dark_left, dark_right) = (glyph(PLAIN, false), glyph(PLAIN, true));
    let (light_left, light_right) = (glyph(light, false), glyph(light, true));
    let density = |symbol: &str| " .:-=+*#%@".find(symbol).unwrap();
    assert!(density(&dark_left) < density(&dark_right), "brighter is denser");
    assert!(density(&light_left) > density(&light_right), "brighter is emptier");
}
