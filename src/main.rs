//! The gmmscope binary: parse the command line, run a command, print, exit code.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
