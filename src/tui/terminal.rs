//! The terminal: taken over, drawn to, given back.
//!
//! It is given back when the [`Terminal`] is dropped (at the end, on an error), before a panic of the drawing thread
//! is reported, for a suspension, and before a signal or an abort ends the process. What the terminal is asked, it is asked
//! after the first frame, and nothing waits for the answer: on a slow link it may be late, and it may never come.

#[cfg(unix)]
pub mod line;
pub mod pixels;
mod questions;

use std::cell::RefCell;
use std::io::{self, Write};
use std::panic;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
#[cfg(unix)]
use std::sync::{Mutex, PoisonError};
use std::thread;

use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::{Buffer, CellDiffOption};
use ratatui::crossterm::clipboard::CopyToClipboard;
use ratatui::crossterm::cursor::Hide;
use ratatui::crossterm::event::EnableBracketedPaste;
#[cfg(not(unix))]
use ratatui::crossterm::event::{DisableMouseCapture, EnableMouseCapture};
use ratatui::crossterm::style::force_color_output;
use ratatui::crossterm::terminal::{
    self, BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen,
};
use ratatui::crossterm::{execute, queue};
use ratatui::layout::Rect;

use crate::tui::hits::{Hits, Sprite};
use crate::tui::state::App;
use crate::tui::theme::{Depth, with_basic_colors};
use crate::tui::views;
use pixels::Shown;
pub use questions::{Questions, awaits_answers, has_answered};

/// Whether the terminal is taken over at present.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// Whether the mouse is reported at present.
static MOUSE: AtomicBool = AtomicBool::new(false);
/// Held by the thread that reads.
#[cfg(unix)]
static READING: Mutex<()> = Mutex::new(());

/// Reports clicks and drags of the mouse, and no other movement, in the form that has no largest column.
#[cfg(unix)]
const MOUSE_ON: &[u8] = b"\x1b[?1002h\x1b[?1006h";
#[cfg(unix)]
const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1002l";

/// Ends a string or a synchronised frame that was cut, then resets what [`take`] has set: mouse, paste, colours, screen,
/// cursor.
const LEAVE: &[u8] = b"\x1b\\\x1b[?2026l\x1b[?1006l\x1b[?1002l\x1b[?2004l\x1b[0m\x1b[?1049l\x1b[?25h";

/// Collects the bytes of a frame, so that they leave in one piece.
#[derive(Clone, Default)]
struct Sheet(Rc<RefCell<Vec<u8>>>);

impl Write for Sheet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    /// ratatui flushes several times a frame; the frame is sent when it is whole.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The terminal, taken over.
pub struct Terminal {
    screen: ratatui::Terminal<CrosstermBackend<Sheet>>,
    sheet: Sheet,
    mouse: bool,
    /// The pictures that it shows in pixels.
    shown: Shown,
    /// Columns and rows of the last frame.
    size: (u16, u16),
}

impl Terminal {
    /// Takes the terminal over: raw mode, alternate screen, no cursor, mouse, bracketed paste.
    ///
    /// # Errors
    /// When the terminal cannot be set up; it is then as it was.
    pub fn enter(mouse: bool) -> io::Result<Self> {
        // The theme alone decides about colours: crossterm's own look at NO_COLOR would reset bold and reverse.
        force_color_output(true);
        report_panics_on_a_clean_screen();
        let sheet = Sheet::default();
        take(mouse)?;
        match ratatui::Terminal::new(CrosstermBackend::new(sheet.clone())) {
            Ok(screen) => Ok(Self { screen, sheet, mouse, shown: Shown::default(), size: (0, 0) }),
            Err(error) => {
                give_back();
                Err(error)
            }
        }
    }

    /// Columns and rows.
    ///
    /// # Errors
    /// When the system does not know.
    pub fn size(&self) -> io::Result<(u16, u16)> {
        terminal::size()
    }

    /// Draws the state. What changed since the last frame is sent in one piece, to be shown at once; the number of bytes,
    /// and what was put where.
    ///
    /// # Errors
    /// When the terminal has gone.
    pub fn draw(&mut self, app: &App) -> io::Result<(usize, Hits)> {
        let mut hits = Hits::default();
        queue!(self.sheet, BeginSynchronizedUpdate)?;
        let size = self.screen.size()?;
        if std::mem::replace(&mut self.size, (size.width, size.height)) != (size.width, size.height) {
            // The screen is cleared, with all that it shows.
            self.sheet.write_all(&self.shown.forget())?;
        }
        self.screen.draw(|frame| {
            hits = views::draw(app, frame.buffer_mut());
            leave_out(frame.buffer_mut(), &hits.sprites);
        })?;
        let mut bytes = std::mem::take(&mut *self.sheet.0.borrow_mut());
        if app.theme.depth == Depth::Ansi {
            bytes = with_basic_colors(&bytes);
        }
        let cell = app.abilities.cell.unwrap_or(CELL);
        let sprites = std::mem::take(&mut hits.sprites);
        bytes.extend(self.shown.update(sprites, app.theme.pictures_in_force(), cell));
        queue!(bytes, EndSynchronizedUpdate)?;
        let mut out = io::stdout().lock();
        out.write_all(&bytes)?;
        out.flush()?;
        Ok((bytes.len(), hits))
    }

    /// Forgets what the screen shows, so that the next frame is sent completely.
    ///
    /// # Errors
    /// When the terminal has gone.
    pub fn forget(&mut self) -> io::Result<()> {
        self.sheet.write_all(&self.shown.forget())?;
        // `clear` would ask the terminal where its cursor is.
        let size = self.screen.backend().size()?;
        self.screen.resize(Rect::new(0, 0, size.width, size.height))
    }

    /// Asks the terminal about itself. Answers come as input, some time or never.
    ///
    /// # Errors
    /// When the terminal has gone.
    pub fn ask(&self, questions: Questions) -> io::Result<()> {
        match questions.bytes() {
            bytes if bytes.is_empty() => Ok(()),
            bytes => {
                questions::has_asked();
                send(&bytes)
            }
        }
    }

    /// The size of a cell in pixels, where the system knows it.
    pub fn cell(&self) -> Option<(u16, u16)> {
        let window = terminal::window_size().ok()?;
        let cell = (window.width.checked_div(window.columns)?, window.height.checked_div(window.rows)?);
        (cell.0 > 0 && cell.1 > 0).then_some(cell)
    }

    /// Turns mouse reporting on or off.
    ///
    /// # Errors
    /// When the terminal has gone.
    pub fn use_mouse(&mut self, on: bool) -> io::Result<()> {
        self.mouse = on;
        use_mouse(on)
    }

    /// Puts `text` on the clipboard of the machine that the terminal runs on, by OSC 52, which terminals without it ignore.
    ///
    /// # Errors
    /// When the terminal has gone.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(io::stdout(), CopyToClipboard::to_clipboard_from(text))
    }

    /// Gives the terminal to the shell, stops the process as Ctrl-Z does, and takes the terminal over again when
    /// the process is continued.
    ///
    /// # Errors
    /// When the terminal has gone.
    pub fn suspend(&mut self) -> io::Result<()> {
        give_back();
        // The whole job, as the key does: a script around the program would go on waiting for it.
        #[cfg(unix)]
        rustix::process::kill_current_process_group(rustix::process::Signal::STOP)?;
        self.retake()
    }

    /// Takes the terminal over again, whatever has been done with it meanwhile.
    ///
    /// # Errors
    /// When the terminal has gone.
    pub fn retake(&mut self) -> io::Result<()> {
        take(self.mouse)?;
        self.forget()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        give_back();
    }
}

/// The size of a cell in pixels where neither the system nor the terminal says it.
const CELL: (u16, u16) = (10, 20);

/// Leaves out the cells under pictures: what the terminal shows there stays.
fn leave_out(buffer: &mut Buffer, sprites: &[Sprite]) {
    let screen = buffer.area;
    for position in sprites.iter().flat_map(|sprite| sprite.area.intersection(screen).positions()) {
        if let Some(cell) = buffer.cell_mut(position) {
            cell.reset();
            cell.set_diff_option(CellDiffOption::Skip);
        }
    }
}

/// Whether a shell could continue the process after it has stopped: one with job control, above its group and in its
/// session. `ssh -t host gmmscope` and containers have none.
#[cfg(unix)]
pub fn can_be_continued() -> bool {
    use rustix::process::{getpgid, getpgrp, getppid, getsid};

    let group = getpgrp();
    match (getsid(None), getppid()) {
        // A shell without job control runs its commands in its own group.
        (Ok(session), Some(parent)) if session != group => {
            getpgid(Some(parent)) == Ok(group) || getsid(Some(parent)) == Ok(session)
        }
        _ => false,
    }
}

/// Whether a shell could continue the process after it has stopped.
#[cfg(not(unix))]
pub fn can_be_continued() -> bool {
    false
}

fn take(mouse: bool) -> io::Result<()> {
    #[cfg(unix)]
    line::make_raw()?;
    #[cfg(not(unix))]
    terminal::enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    let entered = execute!(io::stdout(), EnterAlternateScreen, Hide, EnableBracketedPaste);
    let entered = entered.and_then(|()| if mouse { use_mouse(true) } else { Ok(()) });
    if entered.is_err() {
        give_back();
    }
    entered
}

fn use_mouse(on: bool) -> io::Result<()> {
    MOUSE.store(on, Ordering::SeqCst);
    #[cfg(unix)]
    {
        send(if on { MOUSE_ON } else { MOUSE_OFF })
    }
    #[cfg(not(unix))]
    if on { execute!(io::stdout(), EnableMouseCapture) } else { execute!(io::stdout(), DisableMouseCapture) }
}

fn send(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// Puts the terminal back as it was found; does nothing when that has been done.
pub fn give_back() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    // The terminal may have gone; whatever can still be put right is.
    let mouse = MOUSE.swap(false, Ordering::SeqCst);
    #[cfg(unix)]
    {
        let sent = send(LEAVE);
        // Answers that are under way, as the reports of a mouse, are not for the shell.
        let awaited = questions::last_wait();
        if (mouse || !awaited.is_zero()) && sent.is_ok() {
            let _reading = READING.lock().unwrap_or_else(PoisonError::into_inner);
            line::drain(awaited);
        }
        line::restore();
    }
    #[cfg(not(unix))]
    {
        if mouse {
            let _ = execute!(io::stdout(), DisableMouseCapture);
        }
        let _ = send(LEAVE);
        let _ = terminal::disable_raw_mode();
    }
}

/// Puts the terminal back as it was found, from any thread, whatever the others are blocked by.
#[cfg(unix)]
pub fn give_back_at_once() {
    let taken = TAKEN.swap(false, Ordering::SeqCst);
    line::restore_at_once(if taken { LEAVE } else { b"" });
}

/// Reads what has come from the terminal; none while a shell has it.
#[cfg(unix)]
pub fn read(buffer: &mut [u8]) -> io::Result<Option<usize>> {
    let _reading = READING.lock().unwrap_or_else(PoisonError::into_inner);
    if TAKEN.load(Ordering::SeqCst) { line::read(buffer).map(Some) } else { Ok(None) }
}

/// A panic of this thread ends the program: the terminal is given back before it is reported. A panic of another
/// thread arrives as an event, and is not written across the screen.
fn report_panics_on_a_clean_screen() {
    let drawing = thread::current().id();
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if thread::current().id() == drawing {
            give_back();
        }
        if !TAKEN.load(Ordering::SeqCst) {
            before(info);
        }
    }));
}
