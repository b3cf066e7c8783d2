//! The support of X cut into pieces on which f is strictly monotone or constant, with proof.

use std::collections::BinaryHeap;

use super::bisection::crossing;
use super::{Dual, Expression, Interval, Law, MixedLaw};

/// Intervals that are examined at most: the limit on work.
const LIMIT: usize = 6000;
/// Mass below which an undecided interval is left as it is.
const NEGLIGIBLE: f64 = 1e-16;

/// What f does on a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Course {
    /// f' > 0, enclosed by intervals.
    Increasing,
    /// f' < 0, enclosed by intervals.
    Decreasing,
    /// f' = 0 throughout: the mass is one point of Z.
    Constant,
    /// Nowhere defined.
    Undefined,
    /// Not decided within the limits.
    Undecided,
}

/// An interval of x with what f does on it.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Piece {
    /// Its lower end.
    pub from: f64,
    /// Its upper end.
    pub to: f64,
    /// What f does.
    pub course: Course,
    /// P(from < X <= to).
    pub mass: f64,
    /// A lower bound of f on it.
    pub least: f64,
    /// An upper bound of f on it.
    pub most: f64,
    /// f at its two ends; 0 where f does not rise or fall.
    #[serde(skip)]
    ends: (f64, f64),
}

/// All pieces of one law and one map.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Pieces {
    /// The pieces with mass, ascending in x; undecided ones only where their mass is not negligible.
    pub pieces: Vec<Piece>,
    /// The mass that no piece accounts for: undecided intervals, and what is beyond the range of x. Preimages there
    /// can be missing, and add at most this mass.
    pub unproved: f64,
    /// Intervals examined.
    pub examined: usize,
}

/// An interval that waits, by its mass.
struct Waiting(Piece);

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Waiting {}
impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.mass.total_cmp(&other.0.mass)
    }
}

/// What interval arithmetic proves on [from, to].
fn examine(law: &MixedLaw, map: &Expression, from: f64, to: f64) -> Piece {
    let dual = map.at(&Dual::variable(Interval::new(from, to)));
    let (value, slope) = (dual.value, dual.derivative);
    let smooth = value.is_smooth() && slope.is_smooth();
    let course = if value.is_empty() {
        Course::Undefined
    } else if smooth && slope.lo() > 0.0 {
        Course::Increasing
    } else if smooth && slope.hi() < 0.0 {
        Course::Decreasing
    } else if smooth && slope.lo() == 0.0 && slope.hi() == 0.0 {
        Course::Constant
    } else {
        Course::Undecided
    };
    Piece {
        from,
        to,
        course,
        mass: law.mass(from, to),
        least: value.lo(),
        most: value.hi(),
        ends: (0.0, 0.0),
    }
}

impl Pieces {
    /// Cuts the range of `law` into the pieces of `map`.
    ///
    /// The undecided interval with the greatest mass is halved until all are decided, have a mass below 1e-16, or 6000
    /// intervals have been examined. Neighbours of one direction are joined.
    pub fn of(law: &MixedLaw, map: &Expression) -> Self {
        let (from, to) = law.range();
        let mut cuts = law.breaks();
        cuts.extend([0.0, law.quantile(0.01), law.quantile(0.5), law.quantile(0.99)]);
        cuts.retain(|&x| from < x && x < to);
        cuts.extend([from, to]);
        cuts.sort_by(f64::total_cmp);
        cuts.dedup();
        let mut waiting: BinaryHeap<Waiting> = cuts
            .windows(2)
            .filter_map(|c| Some(Waiting(examine(law, map, *c.first()?, *c.last()?))))
            .collect();
        let mut examined = waiting.len();
        let mut done = Vec::new();
        while let Some(Waiting(piece)) = waiting.pop() {
            let middle = piece.from / 2.0 + piece.to / 2.0;
            let splits = piece.from < middle && middle < piece.to;
            if piece.course != Course::Undecided || piece.mass < NEGLIGIBLE || !splits || examined >= LIMIT {
                done.push(piece);
                continue;
            }
            for (a, b) in [(piece.from, middle), (middle, piece.to)] {
                waiting.push(Waiting(examine(law, map, a, b)));
            }
            examined += 2;
        }
        done.sort_by(|a, b| a.from.total_cmp(&b.from));
        let mut pieces: Vec<Piece> = Vec::new();
        for piece in done {
            match pieces.last_mut() {
                Some(last)
                    if last.course == piece.course && last.to == piece.from && joins(map, last, &piece) =>
                {
                    last.to = piece.to;
                    last.mass += piece.mass;
                    last.least = last.least.min(piece.least);
                    last.most = last.most.max(piece.most);
                }
                _ => pieces.push(piece),
            }
        }
        for piece in pieces.iter_mut().filter(|piece| piece.is_monotone()) {
            piece.ends = (map.at(&piece.from), map.at(&piece.to));
        }
        let open = |piece: &Piece| piece.course == Course::Undecided;
        let unproved = pieces.iter().filter(|piece| open(piece)).map(|piece| piece.mass).sum::<f64>()
            + law.distribution(from)
            + law.survival(to);
        pieces.retain(|piece| !open(piece) || piece.mass > 1e-12);
        Self { pieces, unproved, examined }
    }

    /// The strictly monotone pieces.
    pub fn monotone(&self) -> impl Iterator<Item = &Piece> {
        self.pieces.iter().filter(|piece| piece.is_monotone())
    }

    /// The mass of the pieces of one course.
    pub fn mass(&self, course: Course) -> f64 {
        self.pieces.iter().filter(|piece| piece.course == course).fold(0.0, |sum, piece| sum + piece.mass)
    }
}

/// Two constant pieces are one only where they have the same value, but for rounding.
fn joins(map: &Expression, a: &Piece, b: &Piece) -> bool {
    match (a.constant(map), b.constant(map)) {
        (Some(a), Some(b)) => (a - b).abs() <= 4.0 * f64::EPSILON * a.abs(),
        _ => true,
    }
}

impl Piece {
    /// Whether f rises or falls on it.
    pub fn is_monotone(&self) -> bool {
        matches!(self.course, Course::Increasing | Course::Decreasing)
    }

    /// The value of f where it is constant on the piece.
    pub fn constant(&self, map: &Expression) -> Option<f64> {
        (self.course == Course::Constant).then(|| map.at(&f64::midpoint(self.from, self.to)))
    }

    /// f at the two ends, the lower value first.
    pub fn image(&self) -> (f64, f64) {
        let (a, b) = self.ends;
        if self.course == Course::Increasing { (a, b) } else { (b, a) }
    }

    /// x in the piece with f(x) = z, to the last bit; none where z is not between f at the ends, or not monotone.
    pub fn preimage(&self, map: &Expression, z: f64) -> Option<f64> {
        let (low, high) = self.image();
        if !(low <= z && z <= high) {
            return None;
        }
        let (first, last) = self.ends;
        if first == z {
            return Some(self.from);
        }
        let sign = if self.course == Course::Increasing { 1.0 } else { -1.0 };
        let ends = ((self.from, sign * (first - z)), (self.to, sign * (last - z)));
        let x = crossing(ends.0, ends.1, |x| sign * (map.at(&x) - z));
        // The nearer of the two neighbours.
        let before = x.next_down().max(self.from);
        Some(if (map.at(&before) - z).abs() < (map.at(&x) - z).abs() { before } else { x })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(law: &str, map: &str) -> (Pieces, Expression) {
        let (law, map) = (MixedLaw::parse(law).unwrap(), Expression::parse(map).unwrap());
        (Pieces::of(&law, &map), map)
    }

    #[test]
    fn turning_points_are_found() {
        use Course::{Constant, Decreasing, Increasing, Undefined};
        for (law, map, expected) in [
            ("normal(0,1)", "x^2", vec![Decreasing, Increasing]),
            ("normal(0,1)", "x^3 - 3x", vec![Increasing, Decreasing, Increasing]),
            ("normal(0,1)", "abs(x)", vec![Decreasing, Increasing]),
            ("normal(0,1)", "max(x, 0)", vec![Constant, Increasing]),
            ("normal(0,1)", "1/x", vec![Decreasing, Decreasing]),
            ("normal(0,1)", "log(x)", vec![Undefined, Increasing]),
            ("normal(0,1)", "x < 0 ? -x : x^2", vec![Decreasing, Increasing]),
            ("uniform(0,3)", "floor(x)", vec![Constant; 3]),
            ("uniform(-1,1)", "sign(x)", vec![Constant; 2]),
            ("uniform(0,6)", "sin(x)", vec![Increasing, Decreasing, Increasing]),
        ] {
            let (found, _) = pieces(law, map);
            assert_eq!(
                found.pieces.iter().map(|piece| piece.course).collect::<Vec<_>>(),
                expected,
                "{map}: {found:?}"
            );
            assert!(found.unproved < 1e-12, "{map}: {}", found.unproved);
        }
    }

    #[test]
    fn infinitely_many_pieces_are_cut_and_said() {
        let (found, _) = pieces("uniform(0,1)", "sin(1/x)");
        assert!(
            found.examined <= 6001 && found.unproved > 1e-9 && found.unproved < 0.1,
            "{}",
            found.unproved
        );
        let sum: f64 = found.pieces.iter().map(|piece| piece.mass).sum();
        assert!((sum + found.unproved) > 1.0 - 1e-9, "{sum}");
    }

    #[test]
    fn no_preimage_is_missed_against_a_scan() {
        for (law, map) in [
            ("normal(0,1)", "x^3 - 3x"),
            ("cauchy(0,1)", "sin(x) + x/10"),
            ("normal(0,2)", "x*exp(-x^2)"),
            ("normal(0,1)", "tan(x)"),
        ] {
            let (found, f) = pieces(law, map);
            for z in [-1.5, -0.3, 0.01, 0.4, 1.2] {
                let known: Vec<f64> = found.monotone().filter_map(|piece| piece.preimage(&f, z)).collect();
                let at = |i: u32| -5.0 + 1e-4 * f64::from(i);
                for i in 0..100_000 {
                    let (a, b) = (at(i), at(i + 1));
                    let crosses = (f.at(&a) - z) * (f.at(&b) - z) < 0.0 && (f.at(&a) - f.at(&b)).abs() < 1.0;
                    assert!(
                        !crosses || known.iter().any(|x| (a..=b).contains(x)),
                        "{map} = {z} in [{a}, {b}]"
                    );
                }
                assert!(known.iter().all(|&x| (f.at(&x) - z).abs() < 1e-10), "{map} = {z}: {known:?}");
            }
        }
    }
}
