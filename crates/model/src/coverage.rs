//! What was looked at, what was not, and the one verdict that follows.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::PathBytes;

/// Why something was left out on purpose. What could not be read is a [`Problem`] instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    /// Git ignores it.
    GitIgnored,
    /// The user's configuration or flags exclude it.
    Excluded,
    /// A device, socket or named pipe.
    SpecialFile,
    /// A symbolic link: its target text was scanned, the link was not followed.
    Symlink,
    /// Larger than the bound the user set.
    TooLarge,
    /// A commit of another repository (a submodule) that the object database does not hold.
    Submodule,
    /// A pointer to content that lies outside of git.
    LfsPointer,
    /// An object of a history outside of the part that was asked for.
    NotSelected,
    /// Git's own folder inside a scanned tree.
    GitFolder,
    /// A container (an archive, a compressed file) whose inside was not opened.
    Container,
    /// What lies in a container beyond a bound that the user set.
    ContainerBound,
    /// More was encoded in it than is decoded; it was scanned as it is.
    Encoded,
}

impl SkipReason {
    /// The word for it in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GitIgnored => "git-ignored",
            Self::Excluded => "excluded",
            Self::SpecialFile => "special-file",
            Self::Symlink => "symlink",
            Self::TooLarge => "too-large",
            Self::Submodule => "submodule",
            Self::LfsPointer => "lfs-pointer",
            Self::NotSelected => "not-selected",
            Self::GitFolder => "git-folder",
            Self::Container => "container",
            Self::ContainerBound => "container-bound",
            Self::Encoded => "encoded",
        }
    }
}

/// Something in scope that could not be read: the run is incomplete.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// What it concerns: a path, an object, a ref.
    pub subject: PathBytes,
    /// What went wrong and, where that helps, what to do.
    pub message: String,
    /// The repository, where one scan covers several; empty otherwise.
    pub repository: PathBytes,
}

impl Problem {
    /// A problem with `subject`.
    #[must_use]
    pub fn new(subject: impl Into<PathBytes>, message: impl Into<String>) -> Self {
        let repository = PathBytes::default();
        Self { subject: subject.into(), message: message.into(), repository }
    }
}

/// What was looked at and what was not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Refs followed.
    pub refs: u64,
    /// Commits seen.
    pub commits: u64,
    /// Git objects read.
    pub objects: u64,
    /// Blobs scanned: files, versions of files.
    pub blobs: u64,
    /// Bytes scanned.
    pub bytes: u64,
    /// What was left out on purpose, counted by reason.
    pub skipped: BTreeMap<SkipReason, u64>,
    /// The clone ends at a depth; what lies behind was not scanned.
    pub shallow: bool,
    /// The clone leaves out objects until they are asked for.
    pub partial: bool,
    /// What could not be read, sorted; empty when all went well.
    pub problems: Vec<Problem>,
}

impl Coverage {
    /// Whether everything in scope was read.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.problems.is_empty()
    }

    /// Counts one thing left out.
    pub fn skip(&mut self, reason: SkipReason) {
        *self.skipped.entry(reason).or_default() += 1;
    }

    /// Adds what another thread saw.
    pub fn merge(&mut self, other: Self) {
        self.refs += other.refs;
        self.commits += other.commits;
        self.objects += other.objects;
        self.blobs += other.blobs;
        self.bytes += other.bytes;
        self.shallow |= other.shallow;
        self.partial |= other.partial;
        self.problems.extend(other.problems);
        for (reason, count) in other.skipped {
            *self.skipped.entry(reason).or_default() += count;
        }
    }
}

/// One of several repositories that a scan covers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RepositoryScan {
    /// What reports call it: its path, as the user wrote it.
    pub name: PathBytes,
    /// Its address, where it has one; free of credentials.
    pub address: Option<String>,
    /// The commit that HEAD names, where there is one.
    pub revision: Option<String>,
    /// The branch that HEAD names, where there is one.
    pub branch: Option<String>,
    /// What was looked at; an object that several share is counted where it was scanned, in the first
    /// of them. Problems stand in the coverage of the whole.
    pub coverage: Coverage,
}

/// The end of a run: what it saw and what that means.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// What was looked at.
    pub coverage: Coverage,
    /// The part of each repository in it, in the order of the scan; empty unless there are several.
    pub repositories: Vec<RepositoryScan>,
    /// Findings that count.
    pub findings: u64,
    /// Findings that something suppressed.
    pub suppressed: u64,
    /// Things worth knowing that are no problems: a shallow clone, an unused allow-list entry.
    pub notes: Vec<String>,
    /// Wall time; only for people, never part of a machine-readable report.
    pub elapsed: Duration,
}

impl Summary {
    /// The exit code: bit 0 for findings, bit 1 for an incomplete run.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        u8::from(self.findings > 0) | (u8::from(!self.coverage.is_complete()) << 1)
    }

    /// Whether everything in one of the repositories was read.
    #[must_use]
    pub fn is_whole(&self, repository: &RepositoryScan) -> bool {
        self.coverage.problems.iter().all(|problem| problem.repository != repository.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_code_has_one_bit_for_findings_and_one_for_incompleteness() {
        let mut summary = Summary::default();
        assert_eq!(summary.exit_code(), 0);
        summary.findings = 3;
        assert_eq!(summary.exit_code(), 1);
        summary.coverage.problems.push(Problem::new("a", "cannot open"));
        assert_eq!(summary.exit_code(), 3);
        summary.findings = 0;
        assert_eq!(summary.exit_code(), 2);
    }
}
