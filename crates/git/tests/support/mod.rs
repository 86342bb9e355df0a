//! Scripted repositories: git makes them with fixed dates and is then asked what it sees.
#![expect(dead_code, reason = "each test file uses a part")]

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;
use tightlip_git::{
    Content, GitError, Object, ObjectId, ObjectKind, Objects, Visitor, WalkOptions,
};

/// A repository in a temporary folder.
pub(crate) struct Scripted {
    _folder: TempDir,
    pub(crate) path: PathBuf,
}

impl Scripted {
    /// Makes an empty repository; `options` go to `git init`.
    pub(crate) fn new(options: &[&str]) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let path = folder.path().canonicalize().expect("its real path").join("repo");
        fs::create_dir(&path).expect("a folder");
        let repo = Self { _folder: folder, path };
        repo.git(&[&["init", "-q", "-b", "main"], options].concat());
        repo
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path.join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, content).expect("a file");
    }

    /// Commits everything in the work tree.
    pub(crate) fn commit(&self, message: &str) -> ObjectId {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.id("HEAD")
    }

    pub(crate) fn id(&self, revision: &str) -> ObjectId {
        self.git(&["rev-parse", revision]).trim().parse().expect("an id")
    }

    /// Runs git here and gives what it prints.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        String::from_utf8_lossy(&git(&self.path, arguments)).into_owned()
    }

    /// Runs git with this on its standard input.
    pub(crate) fn git_with_input(&self, arguments: &[&str], input: &[u8]) -> String {
        String::from_utf8_lossy(&self.git_bytes(arguments, input)).into_owned()
    }

    /// The same, with the output as it is.
    pub(crate) fn git_bytes(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        use std::io::Write;
        let mut child = command(&self.path, arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("git starts");
        child.stdin.take().expect("a pipe").write_all(input).expect("git reads");
        let output = child.wait_with_output().expect("git ends");
        assert!(output.status.success(), "git {arguments:?}");
        output.stdout
    }
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_NAME", "A U Thor")
        .env("GIT_AUTHOR_EMAIL", "author@example.com")
        .env("GIT_COMMITTER_NAME", "C O Mitter")
        .env("GIT_COMMITTER_EMAIL", "committer@example.com")
        .env("GIT_AUTHOR_DATE", "1700000000 +0100")
        .env("GIT_COMMITTER_DATE", "1700000000 +0100")
        .args(["-c", "gc.auto=0", "-c", "maintenance.auto=false"])
        .args(["-c", "protocol.file.allow=always"])
        .args(arguments);
    command
}

/// Runs git in a folder and gives what it prints.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = command(folder, arguments).output().expect("git runs");
    assert!(
        output.status.success(),
        "git {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

/// Lines that differ from call to call but always the same way.
pub(crate) fn text(seed: u64, lines: usize) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut out = String::new();
    for _ in 0..lines {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        out.push_str(&format!("{state:016x} is line\n"));
    }
    out
}

/// Keeps all that a walk hands out.
#[derive(Default)]
pub(crate) struct Collect {
    pub(crate) objects: Vec<(ObjectId, ObjectKind, Vec<u8>)>,
    pub(crate) problems: Vec<GitError>,
    pub(crate) deltas: usize,
}

impl Visitor for Collect {
    fn object(&mut self, object: Object<'_>) -> ControlFlow<()> {
        let bytes = match object.content {
            Content::Bytes(bytes) => bytes.to_vec(),
            Content::Stream(reader) => {
                let mut bytes = Vec::new();
                // A failure comes as a problem too.
                if reader.read_to_end(&mut bytes).is_err() {
                    return ControlFlow::Continue(());
                }
                bytes
            }
        };
        if let Some(origin) = object.delta {
            self.deltas += 1;
            assert!(self.objects.iter().any(|known| known.0 == origin.base), "base comes first");
            assert_eq!(origin.delta.result_size(), object.size);
        }
        assert_eq!(bytes.len() as u64, object.size);
        self.objects.push((object.id, object.kind, bytes));
        ControlFlow::Continue(())
    }

    fn problem(&mut self, problem: GitError) -> ControlFlow<()> {
        self.problems.push(problem);
        ControlFlow::Continue(())
    }
}

/// Walks over everything; the problems are given apart.
pub(crate) fn walk(objects: &Objects, options: &WalkOptions) -> (Collect, Vec<GitError>) {
    let mut all = Collect::default();
    for part in objects.for_each(options, Collect::default) {
        all.objects.extend(part.objects);
        all.problems.extend(part.problems);
        all.deltas += part.deltas;
    }
    let problems = std::mem::take(&mut all.problems);
    (all, problems)
}

/// An index, version 2, of a pack with SHA-1 ids; the checksums of its entries are left out.
pub(crate) fn index_of(pack: &[u8], entries: &[(ObjectId, u32)]) -> Vec<u8> {
    use sha1::Digest;
    let mut entries = entries.to_vec();
    entries.sort_unstable();
    let mut index = b"\xfftOc\0\0\0\x02".to_vec();
    for first in 0..=u8::MAX {
        let below = entries.iter().filter(|(id, _)| id.as_bytes()[0] <= first).count();
        index.extend(u32::try_from(below).expect("few").to_be_bytes());
    }
    entries.iter().for_each(|(id, _)| index.extend(id.as_bytes()));
    index.extend(vec![0; 4 * entries.len()]);
    entries.iter().for_each(|(_, offset)| index.extend(offset.to_be_bytes()));
    index.extend(&pack[pack.len() - 20..]);
    let checksum = sha1::Sha1::digest(&index);
    index.extend(checksum);
    index
}

/// Every object as git gives it.
pub(crate) fn oracle(folder: &Path) -> BTreeMap<ObjectId, (String, Vec<u8>)> {
    let output = git(folder, &["cat-file", "--batch-all-objects", "--batch"]);
    let mut rest = output.as_slice();
    let mut objects = BTreeMap::new();
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let header = str::from_utf8(&rest[..end]).expect("a header").to_owned();
        let mut words = header.split(' ');
        let id = words.next().expect("an id").parse().expect("an id");
        let kind = words.next().expect("a kind").to_owned();
        let size: usize = words.next().expect("a size").parse().expect("a size");
        rest = &rest[end + 1..];
        objects.insert(id, (kind, rest[..size].to_vec()));
        rest = &rest[size + 1..];
    }
    objects
}
