//! What the terminal is asked, and whether it has answered.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::pixels;

/// When the terminal was asked something that it has not yet answered.
static ASKED: Mutex<Option<Instant>> = Mutex::new(None);
/// How long an answer is awaited.
const AWAITED: Duration = Duration::from_secs(5);
/// How long the program's end waits for one that is under way, so that it does not reach the shell.
#[cfg(unix)]
const LAST_WAIT: Duration = Duration::from_millis(500);

/// Asks for the colour of the background.
const ASK_BACKGROUND: &[u8] = b"\x1b]11;?\x1b\\";
/// Asks for the size of a cell in pixels.
const ASK_CELL: &[u8] = b"\x1b[16t";
/// Asks for the attributes, which every terminal gives: whatever was asked before is answered then, or never.
const ASK_ATTRIBUTES: &[u8] = b"\x1b[c";

/// What the terminal is asked.
#[derive(Debug, Clone, Copy)]
pub struct Questions {
    /// The colour of its background.
    pub background: bool,
    /// Whether it shows pictures in pixels.
    pub pictures: bool,
    /// Whether it is tmux or screen that answers, which kitty's question is none for.
    pub multiplexed: bool,
}

impl Questions {
    /// What asks them; nothing where there are none.
    pub(super) fn bytes(self) -> Vec<u8> {
        let Self { background, pictures, multiplexed } = self;
        let asked = [
            (background, ASK_BACKGROUND),
            (pictures && !multiplexed, pixels::QUERY),
            (pictures, ASK_CELL),
            (background || pictures, ASK_ATTRIBUTES),
        ];
        asked.iter().filter(|(is_asked, _)| *is_asked).flat_map(|(_, bytes)| *bytes).copied().collect()
    }
}

/// Notes that the terminal is asked now.
pub(super) fn has_asked() {
    *ASKED.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
}

/// How long the program's end waits for answers that are under way.
#[cfg(unix)]
pub(super) fn last_wait() -> Duration {
    asked().map_or(Duration::ZERO, |asked| LAST_WAIT.saturating_sub(asked.elapsed()))
}

/// Whether the terminal may still answer what it was asked.
pub fn awaits_answers() -> bool {
    asked().is_some_and(|asked| asked.elapsed() < AWAITED)
}

/// Notes that the terminal has answered everything.
pub fn has_answered() {
    *ASKED.lock().unwrap_or_else(PoisonError::into_inner) = None;
}

fn asked() -> Option<Instant> {
    *ASKED.lock().unwrap_or_else(PoisonError::into_inner)
}
