//! When to draw: the effect of a key at once, events of the study at most ten times a second, and a rest after a large frame.

use std::time::{Duration, Instant};

/// Time between two frames that only the study asks for.
const STUDY_FRAME: Duration = Duration::from_millis(100);
/// Time an iteration is shown in a replay.
pub const REPLAY_FRAME: Duration = Duration::from_millis(200);
/// Bytes a second that frames may take of a link for long: 1 Mbit/s.
const LINK: u32 = 125_000;
/// The longest rest after a frame: with it, the effect of a key still shows at once.
const REST: Duration = Duration::from_millis(40);
/// How long a first Esc counts: another one cancels the study.
pub const ARMED: Duration = Duration::from_secs(2);
/// How long a message stays that no key takes away; failures stay until a key.
pub const SAID: Duration = Duration::from_secs(6);

/// When to draw.
pub struct Pace {
    /// Whether something changed that the user waits for.
    pub urgent: bool,
    /// Whether something changed that can wait for its turn.
    pub changed: bool,
    /// When the last frame was drawn.
    pub drawn: Instant,
    /// How long nothing is drawn after a frame.
    pub rest: Duration,
    /// When the last iteration of a replay was shown.
    pub replayed: Instant,
    /// When Esc was pressed, while another one would cancel the study.
    pub armed: Option<Instant>,
    /// When the message in the status line came, while it is one that goes by itself.
    pub said: Option<Instant>,
}

impl Pace {
    /// At the start: the first frame is due.
    pub fn new() -> Self {
        let now = Instant::now();
        Self {
            urgent: true,
            changed: true,
            drawn: now,
            rest: Duration::ZERO,
            replayed: now,
            armed: None,
            said: None,
        }
    }

    /// When the next frame is due; none when nothing changed.
    pub fn next_frame(&self) -> Option<Instant> {
        let wait = if self.urgent { self.rest } else { STUDY_FRAME };
        (self.urgent || self.changed).then(|| self.drawn + wait)
    }

    /// Notes that a frame of so many bytes has been drawn.
    pub fn note_frame(&mut self, bytes: usize) {
        (self.urgent, self.changed, self.drawn) = (false, false, Instant::now());
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        self.rest = (Duration::from_secs(1) * bytes / LINK).min(REST);
    }

    /// When the loop must wake up although nothing happens.
    pub fn deadline(&self, playing: bool) -> Option<Instant> {
        let frame = self.next_frame();
        let replay = playing.then(|| self.replayed + REPLAY_FRAME);
        let disarmed = self.armed.map(|pressed| pressed + ARMED);
        let silent = self.said.map(|said| said + SAID);
        [frame, replay, disarmed, silent].into_iter().flatten().min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_drawn_at_once_and_large_frames_are_followed_by_a_rest() {
        let mut pace = Pace { urgent: false, changed: false, ..Pace::new() };
        let now = pace.drawn;
        assert_eq!(pace.next_frame(), None, "nothing changed, nothing is drawn");
        pace.changed = true;
        assert_eq!(pace.next_frame(), Some(now + STUDY_FRAME));
        pace.urgent = true;
        assert_eq!(pace.next_frame(), Some(now));
        pace.note_frame(1_250);
        assert_eq!((pace.rest, pace.next_frame()), (Duration::from_millis(10), None));
        pace.note_frame(100_000_000);
        assert_eq!(pace.rest, REST);
        pace.note_frame(usize::MAX);
        pace.urgent = true;
        assert_eq!(pace.next_frame(), Some(pace.drawn + REST));
    }
}
