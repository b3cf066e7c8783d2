//! What the dashboard is told ([`Action`]), what a key can mean ([`Command`]) and what it asks for ([`Effect`]).
//!
//! `input` makes actions from raw terminal events, `App::update` takes them in and returns effects, and `jobs`
//! carries the effects out. Nothing in between knows a terminal, a thread or a clock.

use std::sync::Arc;

use super::app::Stream;
use super::restorer::Answer;
use super::tabs::components::Overview;
use crate::mixture::PrincipalAxes;
use crate::study::{Event, SamplesReport};

pub use super::effect::Effect;

macro_rules! commands {
    ($($(#[doc = $doc:literal])+ $name:ident),* $(,)?) => {
        /// What a key can mean. Every command stands in the key table (`keymap::KEYMAP`), which a test enforces.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Command { $($(#[doc = $doc])+ $name),* }

        impl Command {
            /// Every command.
            #[cfg(test)]
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// What it means, wherever it is bound.
            pub fn about(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+)),* }.trim()
            }

            /// Its name in configuration files, the palette and the log: "next-tab".
            pub fn name(self) -> String {
                let mut name = String::new();
                for c in match self { $(Self::$name => stringify!($name)),* }.chars() {
                    if c.is_ascii_uppercase() && !name.is_empty() {
                        name.push('-');
                    }
                    name.push(c.to_ascii_lowercase());
                }
                name
            }
        }
    };
}

commands! {
    /// Leave the program.
    Quit,
    /// Stop, and give the terminal back to the shell until `fg`.
    Suspend,
    /// Repaint the whole screen.
    Redraw,
    /// Open the list of keys, or close it.
    Help,
    /// Open the tab's derivation, or close it.
    Theory,
    /// Open the settings form.
    Settings,
    /// Write figures.pdf.
    Export,
    /// Write the report.
    Report,
    /// Pause EM, or let it go on.
    TogglePause,
    /// One iteration of EM while it is paused.
    Step,
    /// Close what is open; asked twice on a tab, cancel the study.
    Back,
    /// The next tab.
    NextTab,
    /// The previous tab.
    PreviousTab,
    /// Task 1.
    GoTransform,
    /// The training images.
    GoData,
    /// k-means and EM.
    GoFit,
    /// Means and covariances.
    GoComponents,
    /// Samples of the mixture.
    GoSamples,
    /// Task 3.
    GoInpaint,
    /// Move left: the previous picture, iteration, position or choice.
    Left,
    /// Move right: the next picture, iteration, position or choice.
    Right,
    /// Move up.
    Up,
    /// Move down.
    Down,
    /// Move up by a screenful.
    PageUp,
    /// Move down by a screenful.
    PageDown,
    /// Move to the first.
    First,
    /// Move to the last.
    Last,
    /// Show the selected picture on the whole screen.
    Open,
    /// Show another aspect of the tab: the covariance or its diagonal, the change of the NLL or the NLL itself.
    CycleView,
    /// Replay the iterations of EM, or stop the replay.
    Play,
    /// Draw new samples.
    Resample,
    /// Enlarge the open picture, or the brush.
    Enlarge,
    /// Reduce the open picture, or the brush.
    Reduce,
    /// Samples of all components, or of one.
    CycleComponent,
    /// The next kind of mask.
    NextMask,
    /// The previous kind of mask.
    PreviousMask,
    /// Move the mask's slider up.
    More,
    /// Move the mask's slider down.
    Less,
    /// Other random pixels.
    OtherMask,
    /// Other test images.
    OtherImages,
    /// Put the brush on the mask, or lift it.
    Pen,
    /// The brush makes pixels observed, or missing.
    Ink,
    /// Every pixel is observed.
    Fill,
    /// No pixel is observed.
    Clear,
    /// Exchange observed and missing.
    Invert,
    /// Take back the last change of the mask.
    Undo,
    /// Move the chosen pixel to the left.
    PixelLeft,
    /// Move the chosen pixel to the right.
    PixelRight,
    /// Move the chosen pixel up.
    PixelUp,
    /// Move the chosen pixel down.
    PixelDown,
    /// The next finer glyphs for small pictures.
    CycleBlocks,
    /// Take the form's settings and run the study anew.
    Apply,
    /// Set the form's field to its default.
    DefaultField,
    /// Remove the character before the cursor.
    Erase,
    /// Open the command palette.
    Palette,
    /// Copy the numbers under the cursor.
    Copy,
    /// Copy the table of the tab.
    CopyTable,
    /// Colours for a dark background, or for a light one.
    ToggleGround,
    /// The next colour depth.
    CycleColor,
    /// Unicode or ASCII.
    ToggleGlyphs,
    /// Hear the mouse, or leave it to the terminal for selecting text.
    ToggleMouse,
}

/// Everything that happens to the dashboard.
#[derive(Debug, Clone)]
pub enum Action {
    /// A key that the key table knows.
    Command(Command),
    /// A character typed into a form or a search.
    Insert(char),
    /// Text pasted into a form or a search.
    Paste(String),
    /// A press of the mouse's left button on a cell.
    Click {
        /// Column, from 0.
        x: u16,
        /// Row, from 0.
        y: u16,
    },
    /// A press of the mouse's right button on a cell.
    OtherClick {
        /// Column, from 0.
        x: u16,
        /// Row, from 0.
        y: u16,
    },
    /// The mouse moved to a cell with a button down.
    Drag {
        /// Column, from 0.
        x: u16,
        /// Row, from 0.
        y: u16,
    },
    /// A button of the mouse was released.
    Release,
    /// The terminal has a new size.
    Resize {
        /// Columns.
        width: u16,
        /// Rows.
        height: u16,
    },
    /// Something that a study said; ignored unless it is the present one.
    Study {
        /// Which study, counted from 1.
        run: u64,
        /// What it said.
        event: Event,
    },
    /// The covariances of study `run`, averaged for showing.
    Overviewed {
        /// Which study.
        run: u64,
        /// One for each component.
        overviews: Vec<Overview>,
    },
    /// An export ended: what was written, or why not.
    Exported(Result<String, String>),
    /// New samples of the mixture of study `run`, or why there are none.
    Resampled {
        /// Which study the mixture belongs to.
        run: u64,
        /// Of which samples.
        stream: Stream,
        /// Which part of them.
        batch: u32,
        /// The samples.
        result: Result<Arc<SamplesReport>, String>,
    },
    /// Restorations or draws from a posterior.
    Restored {
        /// Which study.
        run: u64,
        /// What was computed.
        answer: Answer,
    },
    /// The principal axes of a component, or why there are none.
    Analysed {
        /// Which study.
        run: u64,
        /// Which component.
        component: usize,
        /// The axes.
        result: Result<Arc<PrincipalAxes>, String>,
    },
    /// A thread could not be started; why.
    JobFailed(String),
    /// Time for the next frame of a replay.
    Tick,
}
