//! The line to the terminal: its attributes, and what waits on it.

use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, retry_on_intr};
use rustix::stdio::{stdin, stdout};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

/// The attributes that the terminal is given back with; none while it is not taken over.
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

/// After so long without a byte, a terminal has sent all that was under way.
const QUIET: Duration = Duration::from_millis(60);
/// The longest wait for that.
const LONGEST: Duration = Duration::from_secs(1);

/// Sets raw mode, also where something else has changed it since.
pub fn make_raw() -> io::Result<()> {
    let mut before = BEFORE.lock().unwrap_or_else(PoisonError::into_inner);
    let found = tcgetattr(stdin())?;
    let mut raw = found.clone();
    raw.make_raw();
    tcsetattr(stdin(), OptionalActions::Now, &raw)?;
    before.get_or_insert(found);
    Ok(())
}

/// Sets the attributes that were found.
pub fn restore() {
    let before = BEFORE.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(before) = before {
        // The terminal may have gone.
        let _ = tcsetattr(stdin(), OptionalActions::Now, &before);
    }
}

/// Writes `bytes` if the terminal has room for them, and sets the attributes that were found: without waiting for
/// anything, and without allocating.
pub fn restore_at_once(bytes: &[u8]) {
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    let out = stdout();
    if poll(&mut [PollFd::new(&out, PollFlags::OUT)], Some(&now)) == Ok(1) {
        let _ = rustix::io::write(out, bytes);
    }
    if let Ok(before) = BEFORE.try_lock()
        && let Some(before) = &*before
    {
        let _ = tcsetattr(stdin(), OptionalActions::Now, before);
    }
}

/// Waits until there is something to read, the end of it too; false when the time has passed.
pub fn is_readable(time: Option<Duration>) -> io::Result<bool> {
    let input = stdin();
    let time = time.map(|time| Timespec {
        tv_sec: time.as_secs().try_into().unwrap_or(i64::MAX),
        tv_nsec: time.subsec_nanos().into(),
    });
    let count = retry_on_intr(|| poll(&mut [PollFd::new(&input, PollFlags::IN)], time.as_ref()))?;
    Ok(count > 0)
}

/// Reads what has come; `WouldBlock` when nothing has.
pub fn read(buffer: &mut [u8]) -> io::Result<usize> {
    if !is_readable(Some(Duration::ZERO))? {
        return Err(io::ErrorKind::WouldBlock.into());
    }
    match rustix::io::read(stdin(), buffer) {
        Err(Errno::INTR) => Err(io::ErrorKind::WouldBlock.into()),
        result => Ok(result?),
    }
}

/// Reads what the terminal still sends, so that it does not reach the shell: a mouse that moves goes on reporting until the
/// terminal is told not to. Waits for the `first` of it, and for no more than it takes after that.
pub fn drain(first: Duration) {
    let start = Instant::now();
    let mut buffer = [0; 1024];
    let mut wait = first.max(QUIET);
    while start.elapsed() < LONGEST && is_readable(Some(wait)).unwrap_or(false) {
        wait = QUIET;
        match read(&mut buffer) {
            Ok(1..) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            _ => return,
        }
    }
}
