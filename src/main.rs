//! The gmmscope binary: parse the command line, run a command, print, exit code.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
