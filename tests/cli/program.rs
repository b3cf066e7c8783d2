//! Running the program, and the small model that several tests share.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use gmmscope::data::npz::NpzReader;
use tempfile::TempDir;

/// Options of a fit that takes a fraction of a second.
pub const SMALL: [&str; 8] = ["-k", "2", "--samples", "60", "--max-iterations", "2", "--ridge", "1e-3"];

/// The program, in a folder of its own, without the user's data set and configuration.
pub fn gmmscope(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gmmscope"));
    command.env("XDG_CONFIG_HOME", folder.join("config"));
    command.current_dir(folder).env_remove("GMMSCOPE_DATA").env_remove("RAYON_NUM_THREADS");
    command
}

/// How a run ended.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    /// Standard output of a run that went well and said nothing else.
    #[track_caller]
    pub fn done(self) -> String {
        assert_eq!((self.code, self.stderr.as_str()), (Some(0), ""), "{self:?}");
        self.stdout
    }

    /// The one JSON object of a run that went well.
    #[track_caller]
    pub fn json(self) -> serde_json::Value {
        let value: serde_json::Value = serde_json::from_str(&self.done()).unwrap();
        assert!(value.is_object());
        value
    }

    /// The message of a run that failed with `code`: one line, and nothing on standard output.
    #[track_caller]
    pub fn error(self, code: i32) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (Some(code), ""), "{self:?}");
        let message = self.stderr.strip_prefix("error: ").unwrap_or_else(|| panic!("{:?}", self.stderr));
        let mut lines = message.lines();
        let first = lines.next().unwrap().to_owned();
        for line in lines {
            assert!(line.starts_with("  caused by: "), "{message}");
        }
        first
    }
}

/// A folder for one test, and the program in it.
pub struct Place {
    folder: TempDir,
}

impl Place {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file with these bytes; its path.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = gmmscope(self.folder.path());
        command.args(words);
        command
    }

    pub fn run(&self, words: &[&str]) -> Ran {
        self.command(words).output().unwrap().into()
    }

    /// A small fit to `out`, with further options.
    pub fn fit(&self, out: &str, more: &[&str]) -> Ran {
        self.run(&[&["fit"], &SMALL[..], &["--out", out], more].concat())
    }

    /// Names of the files in the folder, sorted.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// An array of an npz file in the folder.
    #[track_caller]
    pub fn array(&self, file: &str, name: &str) -> (Vec<usize>, Vec<f64>) {
        let array = NpzReader::open(&self.path(file)).unwrap().f64(name).unwrap();
        (array.shape, array.values)
    }
}

/// A small model, fitted once by the program itself and kept for all tests.
pub fn model() -> &'static str {
    static MODEL: OnceLock<(Place, String)> = OnceLock::new();
    let (_, path) = MODEL.get_or_init(|| {
        let place = Place::new();
        place.fit("model.npz", &[]).done();
        let path = place.path("model.npz").to_str().unwrap().to_owned();
        (place, path)
    });
    path
}
