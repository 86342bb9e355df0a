//! `tightlip history --cache`: a sweep that builds on earlier ones reports what a fresh one does.

use std::path::PathBuf;

use crate::world::{Run, World, token};

/// A repository, and a folder for the cache of its sweeps.
struct Cached {
    world: World,
    cache: World,
}

impl Cached {
    fn new(world: World) -> Self {
        Self { world, cache: World::new() }
    }

    /// The file of the only repository that was swept.
    fn file(&self) -> PathBuf {
        let mut files = self.cache.path().read_dir().unwrap();
        let file = files.next().expect("a cache was written").unwrap().path();
        assert!(files.next().is_none(), "a repository has one file, and nothing is left beside it");
        file
    }

    fn flag(&self) -> String {
        format!("--cache={}", self.cache.path().display())
    }

    fn sweep(&self, more: &[&str]) -> Run {
        self.world.run(&[&["history", "--format", "json", &self.flag()], more].concat())
    }

    /// Sweeps with the cache and without; the reports have to be the same.
    fn same(&self, more: &[&str]) -> Run {
        let cached = self.sweep(more);
        let fresh = self.world.run(&[&["history", "--format", "json"], more].concat());
        assert_eq!(cached.stdout, fresh.stdout);
        assert_eq!(cached.code, fresh.code, "{}", cached.stderr);
        cached
    }

    /// Bytes that had to be looked at.
    fn looked_at(&self) -> u64 {
        let run = self.sweep(&["--verbose"]);
        let line = run.stderr.lines().find(|line| line.starts_with("looked at ")).unwrap();
        line.split(' ').nth(2).unwrap().parse().unwrap()
    }
}

/// A repository with secrets, an archive and a pointer in its past.
fn eventful() -> World {
    let world = World::with_repository();
    for version in 0..8 {
        let lines: String = (0..200).map(|line| format!("line {line} of {version}\n")).collect();
        world.write("long.txt", lines);
        world.write("leak.env", format!("V={version}\nTOKEN={}\n", token(version / 3)));
        world.commit(&format!("version {version}"));
    }
    world.write("big.lfs", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n");
    world.commit("pointer");
    world.git(&["tag", "-a", "v1", "-m", "first"]);
    world.remove("leak.env");
    world.commit("clean up");
    world
}

#[test]
fn a_second_sweep_reports_the_same_and_looks_only_at_what_matched() {
    let cached = Cached::new(eventful());
    let first = cached.same(&[]);
    assert_eq!((first.code, first.stderr.contains("warning")), (1, false), "{}", first.stderr);
    cached.same(&[]);
    cached.same(&["--show-secrets"]);
    cached.same(&["--min-confidence", "low", "--jobs", "2"]);
    cached.same(&["--whole-blobs"]);
    cached.same(&["--refs", "main", "--since", "HEAD~3"]);
    let held = std::fs::read(cached.file()).unwrap();
    let secret = token(1);
    assert!(!held.windows(secret.len()).any(|bytes| bytes == secret.as_bytes()));
    assert!(!held.windows(5).any(|bytes| bytes == b"line "), "no content is kept");
    let again = cached.looked_at();
    std::fs::remove_file(cached.file()).unwrap();
    assert!(again * 3 < cached.looked_at(), "{again}");
}

#[test]
fn what_is_new_gone_or_packed_anew_is_seen() {
    let cached = Cached::new(eventful());
    let world = &cached.world;
    cached.same(&[]);
    world.git(&["repack", "-a", "-d", "-q", "-f", "--depth=40"]);
    cached.same(&[]);
    let lines: String = (0..200).map(|line| format!("line {line} of 7\n")).collect();
    world.write("long.txt", format!("{lines}TOKEN={}\n", token(77)));
    world.commit(&format!("say {}", token(78)));
    world.git(&["repack", "-a", "-d", "-q", "-f", "--depth=40"]);
    let run = cached.same(&["--show-secrets"]);
    assert!(run.stdout.contains(&token(77)) && run.stdout.contains(&token(78)));
    let size = cached.file().metadata().unwrap().len();
    world.git(&["tag", "-d", "v1"]);
    world.git(&["checkout", "-q", "--orphan", "other", "HEAD~4"]);
    world.git(&["commit", "-q", "-m", "anew"]);
    world.git(&["branch", "-D", "main"]);
    cached.same(&[]);
    world.git(&["reflog", "expire", "--expire=now", "--all"]);
    world.git(&["gc", "-q", "--prune=now"]);
    cached.same(&[]);
    assert!(cached.file().metadata().unwrap().len() < size, "what is gone is forgotten");
}

#[test]
fn other_rules_and_settings_start_anew_and_say_so() {
    let cached = Cached::new(eventful());
    let rules = World::new();
    rules.write(
        "rules.yaml",
        "provider: Local\nrules:\n  - id: local-mark\n    name: a mark\n    kind: api-key\n    \
         severity: low\n    confidence: high\n    anchors: ['line ']\n    \
         pattern: 'line (199 of 7)'\n",
    );
    let rules = rules.join("rules.yaml").display().to_string();
    cached.same(&[]);
    let run = cached.same(&["--max-blob-size", "100"]);
    assert!(run.stderr.contains("is of other rules, settings"), "{}", run.stderr);
    let run = cached.same(&["--max-decode-depth", "0"]);
    assert!(run.stderr.contains("it is made anew"), "{}", run.stderr);
    assert!(!cached.same(&["--max-decode-depth", "0"]).stderr.contains("anew"));
    let run = cached.same(&["--rules", &rules, "--show-secrets"]);
    assert!(run.stdout.contains("199 of 7"), "{} {}", run.stdout, run.stderr);
}

#[test]
fn a_damaged_or_foreign_file_is_told_of_and_replaced() {
    let cached = Cached::new(eventful());
    cached.same(&[]);
    let path = cached.file();
    let good = std::fs::read(&path).unwrap();
    let mut flipped = good.clone();
    flipped[good.len() / 2] ^= 1;
    for wrong in [Vec::new(), good[..good.len() - 7].to_vec(), flipped, b"not ours".to_vec()] {
        std::fs::write(&path, wrong).unwrap();
        let run = cached.same(&[]);
        assert!(run.stderr.contains("is damaged: it is made anew"), "{}", run.stderr);
        assert!(!cached.same(&[]).stderr.contains("warning"), "it was replaced by a good one");
        assert_eq!(std::fs::read(&path).unwrap(), good);
    }
    let other = World::with_repository();
    other.write("a", "other\n");
    other.commit("other");
    let elsewhere = Cached::new(other);
    elsewhere.same(&[]);
    std::fs::copy(elsewhere.file(), &path).unwrap();
    let run = cached.same(&[]);
    assert!(run.stderr.contains("is of another repository"), "{}", run.stderr);
}

#[test]
fn it_is_off_unless_asked_for_and_never_lies_in_the_repository() {
    let world = eventful();
    let home = World::new();
    let run = |args: &[&str]| {
        let mut command = crate::world::tightlip();
        command.args(args).current_dir(world.path()).env("XDG_CACHE_HOME", home.path());
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    run(&["history"]);
    run(&["history", "--cache", "--no-cache"]);
    assert_eq!(home.path().read_dir().unwrap().count(), 0);
    run(&["inventory", "--cache"]);
    let kept = home.join("tightlip").read_dir().unwrap().next().unwrap().unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(kept.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert!(kept.path().extension().is_some_and(|ending| ending == "sweep"));
    for inside in ["--cache=own", "--cache=.git/own"] {
        let (code, said) = run(&["history", inside]);
        assert_eq!(code, Some(1));
        assert!(said.contains("must not vouch for itself"), "{said}");
    }
}

#[test]
fn several_sweeps_at_once_leave_a_whole_file() {
    let cached = Cached::new(eventful());
    let world = &cached.world;
    let cache = cached.flag();
    let sweep = || {
        let mut command = crate::world::tightlip();
        command.args(["history", "--format", "json", &cache]).current_dir(world.path());
        command.stdout(std::process::Stdio::null()).spawn().unwrap()
    };
    let running: Vec<_> = (0..4).map(|_| sweep()).collect();
    for mut one in running {
        assert_eq!(one.wait().unwrap().code(), Some(1));
    }
    assert!(!cached.same(&[]).stderr.contains("warning"));
    cached.file();
}
