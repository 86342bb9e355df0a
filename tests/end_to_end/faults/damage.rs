//! Files of a repository with flipped bits, cut off, or gone.

use std::path::{Path, PathBuf};

use super::{check, history};
use crate::world::World;

/// Places tried in each kind of file, unless `TIGHTLIP_FLIPS` says more.
const PLACES: usize = 40;

struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % below.max(1)
    }
}

fn files(folder: &Path, wanted: &dyn Fn(&str) -> bool, found: &mut Vec<PathBuf>) {
    for entry in folder.read_dir().unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            files(&path, wanted, found);
        } else if wanted(path.to_str().unwrap()) {
            found.push(path);
        }
    }
    found.sort();
}

/// Damages the wanted files of `.git` at places drawn at random, one at a time.
fn damage(world: &World, args: &[&str], wanted: &dyn Fn(&str) -> bool) {
    let mut found = Vec::new();
    files(&world.join(".git"), wanted, &mut found);
    assert!(!found.is_empty());
    let args = [args, &["--format", "json", "--show-secrets"]].concat();
    let good = world.run(&args);
    assert_eq!(good.code, 1, "{}", good.stderr);
    let said = std::env::var("TIGHTLIP_FLIPS").ok().and_then(|flips| flips.parse().ok());
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for _ in 0..said.unwrap_or(PLACES) {
        let path = &found[dice.roll(found.len())];
        let whole = std::fs::read(path).unwrap();
        let (at, mut bytes) = (dice.roll(whole.len()), whole.clone());
        let kind = dice.roll(5);
        match kind {
            0 => bytes.truncate(at),
            1 => bytes[at] = 0xff,
            2 => bytes[at..whole.len().min(at + 16)].fill(0),
            _ => bytes[at] ^= 1 << dice.roll(8),
        }
        replace(path, &bytes);
        let disturbed = world.run(&args);
        check(&good, &disturbed, &format!("{}: {kind} at {at}", path.display()));
        replace(path, &whole);
    }
    assert_eq!(world.run(&args).code, 1, "what was put back is as it was");
}

/// Git makes its files read-only.
fn replace(path: &Path, bytes: &[u8]) {
    std::fs::remove_file(path).unwrap();
    std::fs::write(path, bytes).unwrap();
}

fn packed() -> World {
    let world = World::with_repository();
    history(&world);
    world.git(&["gc", "-q", "--aggressive", "--prune=now"]);
    world
}

#[test]
fn a_damaged_pack_is_told() {
    damage(&packed(), &["history"], &|path| path.ends_with(".pack"));
}

#[test]
fn a_damaged_pack_index_is_told() {
    damage(&packed(), &["history"], &|path| path.ends_with(".idx"));
}

#[test]
fn a_damaged_pack_is_told_where_only_a_range_is_read() {
    damage(&packed(), &["diff", "HEAD~3"], &|path| path.ends_with(".pack"));
}

#[test]
fn damaged_loose_objects_are_told() {
    let world = World::with_repository();
    history(&world);
    let is_loose = |path: &str| path.contains("/objects/") && !path.contains("/pack/");
    damage(&world, &["history"], &is_loose);
}

#[test]
fn a_damaged_index_is_told() {
    let world = World::with_repository();
    history(&world);
    world.write("new.env", format!("N={}\n", crate::world::token(800)));
    world.git(&["add", "-A"]);
    damage(&world, &["staged"], &|path| path.ends_with(".git/index"));
}

#[test]
fn a_damaged_commit_graph_changes_nothing() {
    let world = packed();
    world.git(&["commit-graph", "write", "--reachable"]);
    damage(&world, &["history"], &|path| path.contains("commit-graph"));
}

#[test]
fn a_damaged_index_of_several_packs_is_told_where_it_is_needed() {
    let world = packed();
    world.git(&["multi-pack-index", "write"]);
    let mut indexes = Vec::new();
    files(&world.join(".git"), &|path| path.ends_with(".idx"), &mut indexes);
    indexes.iter().for_each(|index| std::fs::remove_file(index).unwrap());
    damage(&world, &["history"], &|path| path.ends_with("multi-pack-index"));
}

#[test]
fn damaged_reftables_are_told_or_lose_nothing() {
    let world = World::new();
    world.git(&["init", "-q", "-b", "main", "--ref-format=reftable"]);
    history(&world);
    damage(&world, &["history"], &|path| path.contains("/reftable/"));
}

#[test]
fn a_pack_cut_off_anywhere_is_told() {
    let world = packed();
    let mut packs = Vec::new();
    files(&world.join(".git"), &|path| path.ends_with(".pack"), &mut packs);
    let whole = std::fs::read(&packs[0]).unwrap();
    for eighths in 0..8 {
        replace(&packs[0], &whole[..whole.len() * eighths / 8]);
        let run = world.run(&["history", "--format", "json"]);
        assert_eq!(run.code & 2, 2, "{eighths} eighths");
        let errors = run.json()["scan"]["errors"].to_string();
        assert!(errors.contains("pack"), "{errors}");
    }
}

#[test]
fn what_is_gone_is_told() {
    for wanted in [".pack", ".idx", ".git/HEAD"] {
        let world = packed();
        let mut found = Vec::new();
        files(&world.join(".git"), &|path| path.ends_with(wanted), &mut found);
        found.iter().for_each(|path| std::fs::remove_file(path).unwrap());
        let run = world.run(&["history", "--format", "json"]);
        assert_eq!(run.code & 2, 2, "{wanted}: {}", run.stderr);
    }
    let world = World::with_repository();
    history(&world);
    let blob = world.git(&["rev-parse", "HEAD:a.txt"]);
    world.remove(&format!(".git/objects/{}/{}", &blob[..2], &blob[2..]));
    let run = world.run(&["history", "--format", "json"]);
    assert_eq!(run.code, 3);
    assert!(run.json()["scan"]["errors"].to_string().contains(&blob), "{}", run.stdout);
}
