//! Nothing that one does makes the dashboard panic: a buffer of ratatui panics when something is written outside.

use proptest::prelude::*;
use ratatui::crossterm::event::{
    Event as Input, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

use super::buffer;
use crate::tui::action::Action;
use crate::tui::command::Command;
use crate::tui::fixture::{self, Dashboard, PLAIN, State, THEME};
use crate::tui::input;
use crate::tui::state::job::{Answer, JobId, JobKind};
use crate::tui::tab::Tab;
use crate::tui::theme::Theme;

fn any_action() -> impl Strategy<Value = Action> {
    prop_oneof![
        8 => prop::sample::select(Command::all()).prop_map(Action::Command),
        2 => any::<char>().prop_map(Action::Insert),
        1 => "[ -~\\p{Greek}]{0,8}".prop_map(Action::Paste),
        2 => (0..220u16, 0..70u16).prop_map(|(x, y)| Action::Click { x, y }),
        1 => (0..220u16, 0..70u16).prop_map(|(width, height)| Action::Resize { width, height }),
        2 => (0..220u16, 0..70u16).prop_map(|(x, y)| Action::Drag { x, y }),
        1 => (0..220u16, 0..70u16).prop_map(|(x, y)| Action::OtherClick { x, y }),
        1 => Just(Action::Release),
        1 => Just(Action::Tick),
        1 => (0..20u64).prop_map(|number| {
            let written = Answer::Written("wrote out/figures.pdf (412 KB)".into());
            Action::Done(JobId { number, kind: JobKind::Figures }, Ok(written))
        }),
    ]
}

/// Keys and mouse as the terminal reports them.
fn any_input() -> impl Strategy<Value = Input> {
    let code = prop_oneof![
        6 => any::<char>().prop_map(KeyCode::Char),
        6 => prop::sample::select("qtes n123456hjklvrpycgbm:?Yq+-=[],.xuifaodHJKL".chars().collect::<Vec<_>>()).prop_map(KeyCode::Char),
        4 => prop::sample::select(vec![
            KeyCode::Enter, KeyCode::Esc, KeyCode::Tab, KeyCode::BackTab, KeyCode::Backspace, KeyCode::Home,
            KeyCode::End, KeyCode::PageUp, KeyCode::PageDown, KeyCode::Up, KeyCode::Down, KeyCode::Left,
            KeyCode::Right, KeyCode::F(1), KeyCode::Delete, KeyCode::Null,
        ]),
    ];
    let modifiers = prop::sample::select(vec![
        KeyModifiers::NONE,
        KeyModifiers::SHIFT,
        KeyModifiers::CONTROL,
        KeyModifiers::ALT,
    ]);
    let kind = prop::sample::select(vec![
        MouseEventKind::Down(MouseButton::Left),
        MouseEventKind::Down(MouseButton::Right),
        MouseEventKind::Drag(MouseButton::Left),
        MouseEventKind::Up(MouseButton::Left),
        MouseEventKind::Moved,
        MouseEventKind::ScrollUp,
        MouseEventKind::ScrollDown,
    ]);
    prop_oneof![
        3 => (code, modifiers).prop_map(|(code, modifiers)| Input::Key(KeyEvent::new(code, modifiers))),
        2 => (kind, 0..220u16, 0..70u16).prop_map(|(kind, column, row)| {
            Input::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE })
        }),
        1 => "[ -~\\p{Greek}]{0,8}".prop_map(Input::Paste),
        1 => (0..220u16, 0..70u16).prop_map(|(width, height)| Input::Resize(width, height)),
    ]
}

/// A dashboard in a state; half of the finished ones have every picture that can be asked for.
fn start(state: State, explored: bool, theme: Theme, size: (u16, u16)) -> Dashboard {
    match state {
        State::Done if explored => fixture::explored(theme, size),
        _ => fixture::app(state, theme, size),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// Any action, at any size.
    #[test]
    fn nothing_makes_it_panic(
        state in (0..State::ALL.len()).prop_map(|i| State::ALL[i]),
        explored: bool,
        unicode: bool,
        size in (0..220u16, 0..70u16),
        tab in (0..Tab::ALL.len()).prop_map(|i| Tab::ALL[i]),
        actions in prop::collection::vec(any_action(), 0..40),
    ) {
        let mut app = start(state, explored, if unicode { THEME } else { PLAIN }, size);
        app.tab = tab;
        for action in actions {
            app.update(action);
            buffer(&app);
        }
    }
    /// The same with raw keys, mouse and sizes, on every background.
    #[test]
    fn no_key_and_no_mouse_makes_it_panic(
        state in (0..State::ALL.len()).prop_map(|i| State::ALL[i]),
        explored: bool,
        unicode: bool,
        tab in (0..Tab::ALL.len()).prop_map(|i| Tab::ALL[i]),
        size in (0..220u16, 0..70u16),
        inputs in prop::collection::vec(any_input(), 0..60),
    ) {
        let mut app = start(state, explored, if unicode { THEME } else { PLAIN }, size);
        app.tab = tab;
        for raw in inputs {
            for event in input::separated(raw) {
                if let Some(action) = input::action(&app.keys, app.focus(), &event) {
                    app.update(action);
                }
            }
            buffer(&app);
        }
    }
}
