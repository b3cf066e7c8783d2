//! The dashboard in a real pseudo-terminal, read back through a terminal emulator.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]
#![cfg(all(unix, feature = "tui", feature = "cli", feature = "pdf"))]

mod browser;
mod cuts;
mod ends;
mod link;
mod manners;
mod painting;
mod picture;
mod pixels;
mod session;
mod stops;
mod tabs;
mod watch;
