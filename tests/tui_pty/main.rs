//! The dashboard in a real pseudo-terminal, read back through a terminal emulator.
#![cfg(all(unix, feature = "tui", feature = "cli", feature = "pdf"))]

mod link;
mod manners;
mod painting;
mod session;
mod tabs;
