//! The whole screen as text, at three sizes and in every state; and that nothing makes it panic.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::app::{App, Tab};
use super::fixture::{self, PLAIN, State, THEME};
use super::view;

/// What the screen shows, line by line.
fn screen(app: &App) -> String {
    let mut buffer = Buffer::empty(Rect::new(0, 0, app.size.0, app.size.1));
    view::draw(app, &mut buffer);
    let line = |y: u16| (0..app.size.0).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..app.size.1).map(|y| line(y) + "\n").collect()
}

#[test]
fn look() {
    let Ok(what) = std::env::var("LOOK") else { return };
    let size: Vec<u16> = std::env::var("SIZE").unwrap_or("80x24".into()).split('x').map(|n| n.parse().unwrap()).collect();
    let state = match what.as_str() { "running" => State::Running, "clustering" => State::Clustering, "empty" => State::Empty, "failed" => State::Failed, _ => State::Done };
    let theme = if std::env::var("PLAIN").is_ok() { PLAIN } else { THEME };
    let mut app = fixture::app(state, theme, (size[0], size[1]));
    for tab in Tab::ALL {
        app.tab = tab;
        println!("{}", if std::env::var("ANSI").is_ok() { ansi(&app) } else { screen(&app) });
    }
}

fn ansi(app: &App) -> String {
    use ratatui::style::{Color, Modifier};
    let mut buffer = Buffer::empty(Rect::new(0, 0, app.size.0, app.size.1));
    view::draw(app, &mut buffer);
    let mut text = String::new();
    for y in 0..app.size.1 {
        for x in 0..app.size.0 {
            let cell = &buffer[(x, y)];
            let color = |c: Color, base: u8| match c {
                Color::Indexed(i) => format!(";{};5;{i}", base + 8),
                Color::Rgb(r, g, b) => format!(";{};2;{r};{g};{b}", base + 8),
                _ => String::new(),
            };
            let mut sgr = "0".to_owned() + &color(cell.fg, 30) + &color(cell.bg, 40);
            if cell.modifier.contains(Modifier::REVERSED) { sgr += ";7"; }
            if cell.modifier.contains(Modifier::BOLD) { sgr += ";1"; }
            if cell.modifier.contains(Modifier::DIM) { sgr += ";2"; }
            text += &format!("\x1b[{sgr}m{}", cell.symbol());
        }
        text.push('\n');
    }
    text
}
