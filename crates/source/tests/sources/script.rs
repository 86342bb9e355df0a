//! Git repositories made by running git with fixed names and dates.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A repository with a work tree, deleted at the end of the test.
pub(crate) struct Repo {
    _holder: TempDir,
    pub(crate) path: PathBuf,
    seconds: Cell<u64>,
}

impl Repo {
    pub(crate) fn new(options: &[&str]) -> Self {
        let holder = tempfile::tempdir().unwrap();
        let path = holder.path().join("repo");
        let repo = Self { _holder: holder, path, seconds: Cell::new(1_600_000_000) };
        let path = repo.path.to_str().unwrap().to_owned();
        fs::create_dir(&repo.path).unwrap();
        repo.git(&[&["init", "-q"], options, &[path.as_str()]].concat());
        repo
    }

    /// The folder the repository is in.
    pub(crate) fn around(&self) -> &Path {
        self.path.parent().unwrap()
    }

    /// Runs git and gives what it prints, without the line feed at the end.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        self.git_in(&self.path, arguments)
    }

    pub(crate) fn git_in(&self, folder: &Path, arguments: &[&str]) -> String {
        let out = self.command(folder, arguments).output().unwrap();
        let said = String::from_utf8_lossy(&out.stderr);
        assert!(out.status.success(), "git {arguments:?}: {said}");
        String::from_utf8_lossy(&out.stdout).trim_end().to_owned()
    }

    /// Runs git where it may fail, as a merge with conflicts does.
    pub(crate) fn try_git(&self, arguments: &[&str]) {
        self.command(&self.path, arguments).output().unwrap();
    }

    fn command(&self, folder: &Path, arguments: &[&str]) -> Command {
        self.seconds.set(self.seconds.get() + 60);
        let date = format!("{} +0000", self.seconds.get());
        let mut command = Command::new("git");
        command
            .current_dir(folder)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", self.around())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_DATE", &date)
            .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"])
            .args(["-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always"])
            .args(["-c", "commit.gpgsign=false", "-c", "gc.auto=0"])
            .args(arguments);
        command
    }

    pub(crate) fn write(&self, path: &str, content: &str) {
        let path = self.path.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Writes a file and stages it.
    pub(crate) fn stage(&self, path: &str, content: &str) {
        self.write(path, content);
        self.git(&["add", "-f", path]);
    }

    /// Commits what is staged and gives the id.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Writes, stages and commits a file.
    pub(crate) fn save(&self, path: &str, content: &str) -> String {
        self.stage(path, content);
        self.commit(&format!("change {path}"))
    }
}

/// Numbered lines.
pub(crate) fn lines(range: std::ops::Range<u32>) -> String {
    range.map(|number| format!("line {number}\n")).collect()
}
