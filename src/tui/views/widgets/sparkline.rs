//! A series in one line of eighth blocks.

/// `values` in at most `width` characters, from the least (▁) to the greatest (█).
///
/// More values than characters are averaged in equal groups; values that are not finite are left out.
pub fn sparkline(values: &[f64], width: usize) -> String {
    const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let values: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    let groups = values.len().min(width);
    let means: Vec<f64> = (0..groups)
        .map(|i| {
            let group = &values[i * values.len() / groups..(i + 1) * values.len() / groups];
            group.iter().sum::<f64>() / group.len() as f64
        })
        .collect();
    let (low, high) =
        means.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &v| (low.min(v), high.max(v)));
    let level =
        |value: f64| if high > low { ((value - low) / (high - low) * 7.0).round() as usize } else { 0 };
    means.into_iter().map(|value| LEVELS[level(value).min(7)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_are_scaled_and_grouped() {
        assert_eq!(sparkline(&[0.0, 1.0, 7.0], 10), "▁▂█");
        assert_eq!(sparkline(&[0.0, 0.0, 7.0, 7.0], 2), "▁█");
        assert_eq!(sparkline(&[2.0, 2.0], 5), "▁▁");
        assert_eq!(sparkline(&[f64::NAN, f64::INFINITY], 5), "");
        assert_eq!(sparkline(&[1.0], 0), "");
    }
}
