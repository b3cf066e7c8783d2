//! Drives the built program as a person does: arguments in; exit code, output and files out.
//!
//! Fits are small (tens of images, two components, two iterations), so that all of it takes seconds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

mod bad_input;
mod calibrate;
mod config;
mod export;
mod families;
mod files;
mod fit;
mod folders;
mod help;
mod incomplete;
mod inpaint;
mod interrupt;
mod limits;
mod log;
mod memory;
mod pictures;
mod program;
mod restore;
mod runs;
mod sample;
mod scales;
mod score;
mod shapes;
mod sources;
mod sweep;
mod tables;
