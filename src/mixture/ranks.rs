//! Several processes that fit one mixture, each to images of its own: what they tell one another.
//!
//! The images of all are cut into spans, whose sums are merged by halves. A process takes the spans of a half, a quarter or an
//! eighth, merges them, and [`Ranks::sum`] merges those of the processes in the same order: no bit depends on
//! how many they are.

use std::ops::Range;

/// The processes that take part, and how they add up.
pub trait Ranks {
    /// Which of them this one is, from 0.
    fn rank(&self) -> usize;

    /// How many they are: a power of two.
    fn size(&self) -> usize;

    /// Whether there is one process, which nobody started together with others.
    fn is_alone(&self) -> bool {
        self.size() == 1
    }

    /// Replaces `values` by their sum over all processes, by halves: ((0 + 1) + (2 + 3)) + ((4 + 5) + (6 + 7)).
    fn sum(&self, values: &mut [f64]);

    /// Replaces `values` by the largest of all processes, place by place.
    fn most(&self, values: &mut [f64]);

    /// What all of them have, in their order.
    fn gather(&self, own: Vec<u32>) -> Vec<u32>;

    /// What the first of them says.
    fn agree(&self, own: bool) -> bool;
}

/// One process by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Alone;

impl Ranks for Alone {
    fn rank(&self) -> usize {
        0
    }

    fn size(&self) -> usize {
        1
    }

    fn sum(&self, _: &mut [f64]) {}

    fn most(&self, _: &mut [f64]) {}

    fn gather(&self, own: Vec<u32>) -> Vec<u32> {
        own
    }

    fn agree(&self, own: bool) -> bool {
        own
    }
}

/// How `count` images are cut into spans, and which of them this process takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spans {
    /// Those of this process.
    pub own: Range<usize>,
    /// Images a span; the last one may have fewer.
    pub length: usize,
    count: usize,
}

impl Spans {
    /// Of `count` images, `length` a span.
    pub fn of(count: usize, length: usize, ranks: &dyn Ranks) -> Self {
        Self { own: own_spans(count.div_ceil(length), ranks), length, count }
    }

    /// The images of some spans.
    pub fn images(&self, spans: &Range<usize>) -> Range<usize> {
        (spans.start * self.length).min(self.count)..(spans.end * self.length).min(self.count)
    }
}

/// Two halves of spans, the first of which is not shorter.
pub(super) fn halves(spans: &Range<usize>) -> (Range<usize>, Range<usize>) {
    let middle = spans.start + spans.len().div_ceil(2);
    (spans.start..middle, middle..spans.end)
}

/// The spans of this process, of `spans` in all: those of its branch of the tree.
fn own_spans(spans: usize, ranks: &dyn Ranks) -> Range<usize> {
    let (mut own, mut first, mut size) = (0..spans, 0, ranks.size());
    while size > 1 {
        size /= 2;
        let (left, right) = halves(&own);
        (own, first) = if ranks.rank() < first + size { (left, first) } else { (right, first + size) };
    }
    own
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Of(usize, usize);

    impl Ranks for Of {
        fn rank(&self) -> usize {
            self.0
        }
        fn size(&self) -> usize {
            self.1
        }
        fn sum(&self, _: &mut [f64]) {}
        fn most(&self, _: &mut [f64]) {}
        fn gather(&self, own: Vec<u32>) -> Vec<u32> {
            own
        }
        fn agree(&self, own: bool) -> bool {
            own
        }
    }

    #[test]
    fn every_span_belongs_to_one_process_and_branches_are_those_of_halving() {
        for size in [1, 2, 4, 8] {
            for spans in 0..40 {
                let all: Vec<usize> = (0..size).flat_map(|rank| own_spans(spans, &Of(rank, size))).collect();
                assert_eq!(all, (0..spans).collect::<Vec<_>>(), "{spans} spans of {size}");
            }
        }
        assert_eq!(own_spans(5, &Of(0, 2)), 0..3);
        assert_eq!(own_spans(5, &Of(1, 4)), 2..3);
        assert_eq!(Spans::of(25, 10, &Alone).images(&(1..3)), 10..25);
    }
}
