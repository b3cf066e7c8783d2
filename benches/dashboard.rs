//! How fast the dashboard is, beside its budgets: `cargo bench --bench dashboard`.
//!
//! - The first frame, from the start of the process, within 100 ms.
//! - A frame of 200 x 60 (update, view, difference to the last frame, bytes) within 5 ms.
//! - Restorations of ten images, standard deviations, draws and the frame that shows them, within 100 ms.
//! - A key's effect on the screen while EM keeps every core busy, within 50 ms.
//!
//! The first and the last are measured on the program itself in a pseudo-terminal.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

// What the tests in the pseudo-terminal need beside is not needed here.
#[allow(dead_code)]
#[cfg(unix)]
#[path = "../tests/tui_pty/session.rs"]
mod session;

use divan::{Bencher, black_box};
use gmmscope::mixture::EmSettings;
use gmmscope::study::{Control, Event, Settings, run};
use gmmscope::tui::{ColorChoice, Depth, Display, Glyphs, Headless};

fn main() {
    divan::main();
}

const TABS: [&str; 7] =
    ["1 Transform", "2 Data", "3 Fit", "4 Components", "5 Samples", "6 Restore", "7 Runs"];

fn key(tab: &str) -> char {
    tab.chars().next().unwrap_or('1')
}

/// The dashboard when all is done, 200 x 60, in 256 colours.
fn done() -> Headless {
    let em = EmSettings { max_iterations: 5, ridge: 1e-3, ..EmSettings::default() };
    let settings = Settings { em, samples: 200.into(), ..Settings::default() };
    let display = Display {
        color: ColorChoice::Depth(Depth::Indexed),
        glyphs: Some(Glyphs::Unicode),
        ..Display::default()
    };
    let mut dashboard = Headless::new(settings.clone(), display, (200, 60)).expect("memory is enough");
    let mut events: Vec<Event> = Vec::new();
    let checked = settings.check().expect("the settings are right");
    run(&checked, &Control::new(), &mut |event| events.push(event.clone())).expect("the study runs");
    events.into_iter().for_each(|event| dashboard.hear(event));
    dashboard
}

/// A tab comes in front: nearly every cell changes.
#[divan::bench(name = "frame 200 x 60 (budget 5 ms), the tab comes in front", args = TABS)]
fn the_tab_comes_in_front(bencher: Bencher, tab: &str) {
    let dashboard = std::cell::RefCell::new(done());
    let show = |key: char| {
        let mut dashboard = dashboard.borrow_mut();
        dashboard.press(key);
        dashboard.frame().expect("memory is enough")
    };
    let other = if tab == TABS[1] { '1' } else { '2' };
    bencher.with_inputs(|| show(other)).bench_local_values(|_| black_box(show(key(tab))));
}

/// The cursor moves: the frame is worked out whole, few cells change.
#[divan::bench(name = "frame 200 x 60 (budget 5 ms), the cursor moves", args = TABS)]
fn the_cursor_moves(bencher: Bencher, tab: &str) {
    let mut dashboard = done();
    dashboard.press(key(tab));
    dashboard.frame().expect("memory is enough");
    let mut forth = false;
    bencher.bench_local(|| {
        forth = !forth;
        dashboard.press(if forth { 'l' } else { 'h' });
        black_box(dashboard.frame().expect("memory is enough"))
    });
}

/// The kinds of observation, in the order of the tab.
const KINDS: [&str; 6] = ["mask", "noise", "blur", "blur+mask", "reduce", "project"];

/// A key that changes the noise: ten images of 784 pixels are restored under K = 5, one of them has draws, and all is shown.
#[divan::bench(name = "restorations and draws follow, 200 x 60 (budget 100 ms)", args = KINDS)]
fn restorations_follow(bencher: Bencher, kind: &str) {
    let mut dashboard = done();
    let mut follow = |key: char| dashboard.follow(key).expect("memory is enough");
    // One image with everything of it in view, and some noise.
    let kinds = KINDS.iter().position(|name| *name == kind).unwrap_or(0);
    for key in "6v".chars().chain(std::iter::repeat_n(']', kinds)).chain(">>>".chars()) {
        follow(key);
    }
    let mut more = false;
    bencher.bench_local(|| {
        more = !more;
        black_box(follow(if more { '>' } else { '<' }))
    });
}

/// From the start of the process until the first frame is whole.
#[cfg(unix)]
#[divan::bench(name = "first frame (budget 100 ms)", sample_count = 20, sample_size = 1)]
fn first_frame(bencher: Bencher) {
    bencher.bench_local(|| {
        let session = session::Session::start(&["--samples", "2000"], &[]);
        session.expect("1 Transform");
        // divan drops it, which ends the program, outside the measurement.
        session
    });
}

/// From a key until the terminal shows its effect, while EM keeps every core busy.
#[cfg(unix)]
#[divan::bench(name = "key to screen while EM runs (budget 50 ms)", sample_count = 100, sample_size = 1)]
fn key_to_screen(bencher: Bencher) {
    // Under a large ridge responsibilities go on changing, and no iteration is spared.
    let mut session = session::Session::start(
        &[
            "--samples",
            "6000",
            "--components",
            "10",
            "--ridge",
            "1e-2",
            "--tolerance",
            "0",
            "--max-iterations",
            "100000",
        ],
        &[],
    );
    session.expect("EM  iteration 2");
    let mut first = false;
    bencher
        .with_inputs(|| {
            // Keys come at any moment of an iteration and of the dashboard's own frames.
            std::thread::sleep(std::time::Duration::from_millis(61));
            first = !first;
            if first { ("2", "training images of") } else { ("1", "p_X(x)") }
        })
        .bench_local_values(|(key, shown)| {
            session.press(key);
            session.expect(shown);
        });
}
