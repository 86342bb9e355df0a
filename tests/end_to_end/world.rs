//! A scratch folder with a scripted git, and tightlip run in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A folder that goes away with it.
pub(crate) struct World {
    folder: TempDir,
    ticks: std::cell::Cell<u32>,
}

/// What a run of tightlip printed and how it ended.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl World {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), ticks: std::cell::Cell::new(0) }
    }

    /// A world whose folder is a git repository without a commit.
    pub(crate) fn with_repository() -> Self {
        let world = Self::new();
        world.git(&["init", "-q", "-b", "main"]);
        world
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn join(&self, path: &str) -> PathBuf {
        self.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    pub(crate) fn remove(&self, path: &str) {
        std::fs::remove_file(self.join(path)).unwrap();
    }

    /// Runs git with fixed names and a clock that ticks a minute a call; returns what it prints.
    pub(crate) fn git(&self, args: &[&str]) -> String {
        self.ticks.set(self.ticks.get() + 1);
        let date = format!("{} +0000", 1_700_000_000 + 60 * self.ticks.get());
        let output = Command::new("git")
            .args(["-c", "commit.gpgsign=false", "-c", "gc.auto=0", "-c", "core.autocrlf=false"])
            .args(args)
            .current_dir(self.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "Ada Author")
            .env("GIT_AUTHOR_EMAIL", "ada@example.invalid")
            .env("GIT_COMMITTER_NAME", "Carl Committer")
            .env("GIT_COMMITTER_EMAIL", "carl@example.invalid")
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_DATE", &date)
            .output()
            .expect("git is installed");
        assert!(
            output.status.success(),
            "git {args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Commits the whole folder and returns the commit's id.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["add", "-A", "-f"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    pub(crate) fn run(&self, args: &[&str]) -> Run {
        self.run_in(".", args, None)
    }

    /// Runs tightlip in a folder of the world with the given standard input.
    pub(crate) fn run_in(&self, folder: &str, args: &[&str], input: Option<&[u8]>) -> Run {
        let mut command = tightlip();
        command.args(args).current_dir(self.join(folder));
        command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        if let Some(bytes) = input {
            use std::io::Write as _;
            let written = child.stdin.take().unwrap().write_all(bytes);
            written.expect("tightlip reads its input to the end");
        }
        let output = child.wait_with_output().unwrap();
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).expect("reports are UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("messages are UTF-8"),
        }
    }

    /// Runs tightlip for a JSON report with the secrets shown.
    pub(crate) fn findings(&self, args: &[&str]) -> (i32, Vec<Value>) {
        let all = [args, &["--format", "json", "--show-secrets"]].concat();
        let run = self.run(&all);
        let report = run.json();
        (run.code, report["findings"].as_array().unwrap().clone())
    }

    /// `path:line secret` of every finding.
    pub(crate) fn found(&self, args: &[&str]) -> (i32, Vec<String>) {
        let (code, findings) = self.findings(args);
        (code, findings.iter().map(place).collect())
    }
}

/// `path:line secret` of a finding.
pub(crate) fn place(finding: &Value) -> String {
    let text = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
    format!("{}:{} {}", text("path"), finding["line"], text("secret"))
}

impl Run {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}{}", self.stdout, self.stderr))
    }
}

/// The program under test, without the settings of whoever runs the tests.
pub(crate) fn tightlip() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tightlip"));
    for name in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY", "NO_COLOR"] {
        command.env_remove(name);
    }
    for name in [
        "CI",
        "TERM",
        "PRE_COMMIT_FROM_REF",
        "PRE_COMMIT_TO_REF",
        "TIGHTLIP_FINGERPRINT_KEY",
        "COLUMNS",
    ] {
        command.env_remove(name);
    }
    for (name, _) in std::env::vars() {
        let services =
            ["GITHUB_", "GITLAB_", "CI_", "BITBUCKET_", "BUILDKITE", "CIRCLE", "JENKINS_"];
        if services.iter().any(|service| name.starts_with(service)) || name == "TF_BUILD" {
            command.env_remove(name);
        }
    }
    command
}

/// A made-up GitHub token with right check digits, the same for the same seed.
pub(crate) fn token(seed: u64) -> String {
    const DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03;
    let mut draw = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(DIGITS[(state % 62) as usize])
    };
    let body: String = (0..30).map(|_| draw()).collect();
    let mut crc = u64::from(crc32fast::hash(body.as_bytes()));
    let mut check = Vec::new();
    for _ in 0..6 {
        check.push(char::from(DIGITS[(crc % 62) as usize]));
        crc /= 62;
    }
    let check: String = check.into_iter().rev().collect();
    format!("{}{body}{check}", ["gh", "p_"].concat())
}
