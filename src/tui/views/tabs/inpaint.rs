//! Tab 6: test images restored from what is observed of them, in rows (`images`), or one of them with the mask to edit (`editor`).

mod editor;
mod images;
mod plan;
mod why;
mod words;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::spec::TabSpec;
use crate::study::Stage;
use crate::tui::command::Command;
use crate::tui::hits::Hits;
use crate::tui::keymap::{Binding, DOWN, ENTER, Key, KeyContext, LEFT, RIGHT, UP, bind, key, plain};
use crate::tui::state::App;
use crate::tui::state::inpaint::{Aspect, InpaintView, Panel};
use crate::tui::state::observed::ObservationKind;
use crate::tui::state::overlay::Subject;
use crate::tui::tab::Tab;
use crate::tui::views::table::{Copied, Table, number};
use crate::tui::views::widgets::progress;
use ratatui::crossterm::event::KeyCode;

/// The tab.
pub const TAB: TabSpec = TabSpec {
    tab: Tab::Restore,
    stage: Stage::Inpaint,
    theory,
    keys: KEYS,
    draw,
    selected,
    numbers: |_| None,
    table,
};

/// The rows of test images.
const ON: KeyContext = KeyContext::On(Tab::Restore);
/// Both views.
const BOTH: KeyContext = KeyContext::Inpaint;
/// The mask editor.
const EDITOR: KeyContext = KeyContext::MaskEditor;

const CLEAR: &[Key] = &[key(KeyCode::Delete), key(KeyCode::Backspace)];

const OBSERVE: &str = "observe a mask, noise, a blur, a smaller image, projections";

const KEYS: &[Binding] = &[
    bind(Command::Pen, EDITOR, &[plain(' ')], "paint", "start or stop painting with the brush"),
    bind(Command::Ink, EDITOR, &[plain('x')], "", "the brush makes pixels missing, or observed"),
    bind(
        Command::CycleView,
        BOTH,
        &[plain('v')],
        "view",
        "next view: all images, or one with its mask, deviation or draws",
    ),
    bind(Command::PreviousObservation, BOTH, &[plain('[')], "kind", OBSERVE),
    bind(Command::NextObservation, BOTH, &[plain(']')], "kind", OBSERVE),
    bind(
        Command::Less,
        BOTH,
        &[plain(',')],
        "value",
        "decrease or increase how much is observed, or the blur",
    ),
    bind(
        Command::More,
        BOTH,
        &[plain('.')],
        "value",
        "decrease or increase how much is observed, or the blur",
    ),
    bind(Command::LessNoise, BOTH, &[plain('<')], "noise", "decrease or increase the noise"),
    bind(Command::MoreNoise, BOTH, &[plain('>')], "noise", "decrease or increase the noise"),
    bind(Command::CycleAspect, EDITOR, &[plain('z')], "", "truth, error, z-scores, covariances of the pixel"),
    bind(Command::Coverage, BOTH, &[plain('C')], "", "how often intervals cover, on 200 test images"),
    bind(Command::PreviousMask, BOTH, &[plain('{')], "", "previous or next kind of mask"),
    bind(Command::NextMask, BOTH, &[plain('}')], "", "previous or next kind of mask"),
    bind(Command::Open, ON, ENTER, "zoom", "show the selected picture full screen"),
    bind(Command::Open, EDITOR, ENTER, "zoom", "show the selected picture full screen"),
    bind(Command::Left, ON, LEFT, "", "select observed, restored, truth or std dev"),
    bind(Command::Right, ON, RIGHT, "", "select observed, restored, truth or std dev"),
    bind(Command::Up, ON, UP, "", "select a test image"),
    bind(Command::Down, ON, DOWN, "", "select a test image"),
    bind(Command::Left, EDITOR, LEFT, "", "move the brush, and the chosen pixel"),
    bind(Command::Right, EDITOR, RIGHT, "", "move the brush, and the chosen pixel"),
    bind(Command::Up, EDITOR, UP, "", "move the brush, and the chosen pixel"),
    bind(Command::Down, EDITOR, DOWN, "", "move the brush, and the chosen pixel"),
    bind(Command::Enlarge, EDITOR, &[plain('+'), plain('=')], "", "larger brush"),
    bind(Command::Reduce, EDITOR, &[plain('-')], "", "smaller brush"),
    bind(Command::Undo, BOTH, &[plain('u')], "", "undo the last change of the mask"),
    bind(Command::Fill, BOTH, &[plain('f')], "", "make every pixel observed"),
    bind(Command::Clear, BOTH, CLEAR, "", "make every pixel missing"),
    bind(Command::Invert, BOTH, &[plain('i')], "", "swap observed and missing pixels"),
    bind(Command::OtherMask, BOTH, &[plain('o')], "", "other random pixels, or projections"),
    bind(Command::OtherImages, BOTH, &[plain('a')], "", "other test images"),
    bind(Command::OpenPicture, BOTH, &[plain('O')], "", "a picture of your own, from a list of files"),
    bind(Command::Resample, BOTH, &[plain('r')], "", "new draws from the posterior"),
];

/// The derivation of what is observed: of a mask, or of any measurement.
fn theory(app: &App) -> &'static str {
    match app.inpaint.observed.kind() {
        ObservationKind::Mask => include_str!("../../theory/inpaint.txt"),
        _ => include_str!("../../theory/restore.txt"),
    }
}

/// The picture under the cursor.
fn selected(app: &App) -> Option<Subject> {
    Some(match app.inpaint.panel {
        _ if !app.editing_mask() => Subject::Inpaint(app.cursors.image, app.cursors.part),
        Panel::Draw(index) => Subject::Completion(index),
        Panel::Truth if app.inpaint.aspect != Aspect::Truth => Subject::Aspect(app.image()),
        panel => Subject::Inpaint(app.image(), panel.part().unwrap_or(app.cursors.part)),
    })
}

/// Draws the tab.
fn draw(app: &App, buffer: &mut Buffer, area: Rect, hits: &mut Hits) {
    let Some(report) = app.inpainted() else {
        return progress::waiting(buffer, area, &app.outcome, "Restored test images", app.theme);
    };
    match (&app.inpaint.editor, app.inpaint.view) {
        (Some(editor), view) if view != InpaintView::Images => {
            editor::draw(app, report, editor, buffer, area, hits);
        }
        _ => images::draw(app, report, buffer, area, hits),
    }
}

/// The table of the tab: the quality and the weights of the restorations.
fn table(app: &App) -> Option<Copied> {
    let report = app.inpainted()?;
    let count = report.restorations.first().map_or(0, |restoration| restoration.weights.len());
    let weights: Vec<String> = (1..=count).map(|k| format!("weight_{k}")).collect();
    let fixed = ["image", "label", "psnr", "ssim"];
    let head: Vec<&str> = fixed.into_iter().chain(weights.iter().map(String::as_str)).collect();
    let mut table = Table::of(&head);
    for (index, restoration) in report.restorations.iter().enumerate() {
        let label = words::label(app, report, index);
        let cells = [
            (index + 1).to_string(),
            label.into_owned(),
            number(Some(restoration.psnr)),
            number(Some(restoration.ssim)),
        ];
        let weights = restoration.weights.iter().map(|&weight| number(Some(weight)));
        table.row(cells.into_iter().chain(weights));
    }
    Some(table.copied(format!("{} restorations", report.restorations.len())))
}
