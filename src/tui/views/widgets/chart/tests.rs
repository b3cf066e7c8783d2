use proptest::prelude::*;

use super::*;
use crate::tui::theme::Depth;

const THEME: Theme = Theme::dark(Depth::None, Glyphs::Unicode);

fn lines(buffer: &Buffer) -> Vec<String> {
    let area = buffer.area;
    (0..area.height).map(|y| (0..area.width).map(|x| buffer[(x, y)].symbol()).collect()).collect()
}

#[test]
fn a_rising_line_runs_from_corner_to_corner() {
    let points = [(0.0, 0.0), (1.0, 1.0)];
    let chart = Chart {
        x: Axis::linear(0.0, 1.0, "x"),
        y: Axis::linear(0.0, 1.0, ""),
        layers: vec![Layer::Curve(&points, Role::Series(0))],
        cursor: None,
    };
    let area = Rect::new(0, 0, 24, 8);
    let mut buffer = Buffer::empty(area);
    chart.draw(&mut buffer, area, THEME);
    let shown = lines(&buffer);
    assert!(shown[0].starts_with("1┤"), "{shown:#?}");
    assert!(shown[0].trim_end().chars().count() == 24, "{shown:#?}");
    assert!(shown[5].starts_with("0┤⣀") || shown[5].starts_with("0┤⡠"), "{shown:#?}");
    assert!(shown[6].starts_with(" └┬"), "{shown:#?}");
    assert!(shown[7].ends_with('x'), "{shown:#?}");
    // Every column has a dot, and in a rising line none is above its right neighbour.
    let top = |x: u16| (0..6).find(|&y| !matches!(buffer[(x, y)].symbol(), " " | "│"));
    let tops: Vec<u16> = (2..24).map(|x| top(x).unwrap()).collect();
    assert!(tops.is_sorted_by(|a, b| a >= b), "{shown:#?}");
}

#[test]
fn segments_are_cut_at_the_edges() {
    assert_eq!(clipped((0.2, 0.3), (0.4, 0.5)), Some([(0.2, 0.3), (0.4, 0.5)]));
    assert_eq!(clipped((-1.0, 0.5), (3.0, 0.5)), Some([(0.0, 0.5), (1.0, 0.5)]));
    assert_eq!(clipped((0.5, 0.5), (0.5, 4.0)), Some([(0.5, 0.5), (0.5, 1.0)]));
    assert_eq!(clipped((0.5, 2.0), (0.5, 4.0)), None);
    assert_eq!(clipped((-1.0, 0.5), (0.5, 3.0)), None);
    assert_eq!(clipped((-1e308, 0.5), (1e308, 0.5)), None);
}

#[test]
fn bars_have_their_heights() {
    let (edges, heights) = ([0.0, 1.0, 2.0], [1.0, 0.5]);
    let chart = Chart {
        x: Axis::linear(0.0, 2.0, ""),
        y: Axis::linear(0.0, 1.0, ""),
        layers: vec![Layer::Bars(&edges, &heights)],
        cursor: None,
    };
    let area = Rect::new(0, 0, 12, 6);
    let mut buffer = Buffer::empty(area);
    chart.draw(&mut buffer, area, THEME);
    let shown = lines(&buffer);
    assert_eq!(shown[0].trim_end(), "1┤█████", "{shown:#?}");
    assert_eq!(shown[3].chars().skip(2).collect::<String>(), "██████████", "{shown:#?}");
}

proptest! {
    #[test]
    fn any_data_fits_any_rectangle(
        values in prop::collection::vec((any::<f64>(), any::<f64>()), 0..20),
        size in (0..60u16, 0..20u16),
        bounds in (any::<f64>(), any::<f64>()),
        log: bool,
    ) {
        let area = Rect::new(1, 1, size.0, size.1);
        let mut buffer = Buffer::empty(Rect::new(0, 0, 62, 22));
        let y = Axis { low: bounds.0, high: bounds.1, title: "y", log, counts: !log };
        let x = Axis::around(values.iter().map(|v| v.0), 0.05, "x");
        let edges: Vec<f64> = values.iter().map(|v| v.0).collect();
        let heights: Vec<f64> = values.iter().map(|v| v.1).collect();
        let layers =
            vec![Layer::Bars(&edges, &heights), Layer::Curve(&values, Role::Text), Layer::Dots(&values, Role::Bar)];
        Chart { x, y, layers, cursor: Some(bounds.0) }.draw(&mut buffer, area, THEME);
        for position in buffer.area.positions().filter(|position| !area.contains(*position)) {
            prop_assert_eq!(buffer[position].symbol(), " ");
        }
    }
}
