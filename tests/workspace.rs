//! The shape of the workspace: crate edges, file sizes, the form of what people copy from.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up should fail")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Lines a source file may have before its tests.
const MOST_LINES: usize = 400;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The table of CONTRIBUTING.md: a crate, and the crates it may depend on.
fn allowed_edges() -> BTreeMap<String, BTreeSet<String>> {
    let text = read(&root().join("CONTRIBUTING.md"));
    let rows = text.lines().skip_while(|line| !line.starts_with("| crate |")).skip(2);
    let rows = rows.take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let words = |cell: &str| -> BTreeSet<String> {
            let parts = cell.split([',', ' ']).map(|part| part.trim_matches('`').to_owned());
            parts.filter(|part| !part.is_empty() && part != "-").collect()
        };
        let name = cells[1].trim_matches('`').to_owned();
        (name, words(cells[cells.len() - 2]))
    })
    .collect()
}

/// The crates of the workspace that a manifest depends on, tests and build scripts left out.
fn edges(manifest: &str) -> BTreeSet<String> {
    let section = manifest.lines().skip_while(|line| line.trim() != "[dependencies]").skip(1);
    let section = section.take_while(|line| !line.starts_with('['));
    section
        .filter_map(|line| line.strip_prefix("tightlip-"))
        .filter_map(|rest| rest.split(['.', ' ', '=']).next())
        .map(str::to_owned)
        .collect()
}

fn crates() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("crates")).unwrap();
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.join("Cargo.toml").exists());
    found.sort();
    found
}

#[test]
fn every_crate_depends_only_on_what_the_table_allows() {
    let table = allowed_edges();
    for path in crates() {
        let name = path.file_name().unwrap().to_str().unwrap();
        let allowed = table.get(name).unwrap_or_else(|| panic!("`{name}` is not in the table"));
        let actual = edges(&read(&path.join("Cargo.toml")));
        let extra: Vec<_> = actual.difference(allowed).collect();
        assert!(extra.is_empty(), "`{name}` depends on {extra:?}, which the table does not allow");
    }
}

#[test]
fn the_table_names_no_crate_that_is_not_there() {
    let there: BTreeSet<String> = crates()
        .iter()
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .chain(["cli".to_owned()])
        .collect();
    let named: BTreeSet<String> = allowed_edges().into_keys().collect();
    assert_eq!(named, there);
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let skipped = ["target", "tests", "benches", "fuzz", "examples"];
        if path.is_dir() && !skipped.contains(&name) {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn all_sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    sources(&root().join("crates"), &mut found);
    found.sort();
    found
}

#[test]
fn no_source_file_is_longer_than_a_reader_can_hold() {
    for path in all_sources() {
        let text = read(&path);
        let lines = text.lines().take_while(|line| *line != "#[cfg(test)]").count();
        assert!(lines <= MOST_LINES, "{}: {lines} lines, at most {MOST_LINES}", path.display());
    }
}

#[test]
fn every_source_file_opens_with_what_it_owns() {
    for path in all_sources() {
        assert!(read(&path).starts_with("//! "), "{} has no module doc", path.display());
    }
}

#[test]
fn no_module_is_named_for_nothing() {
    for path in all_sources() {
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let nothing = ["util", "utils", "common", "helper", "helpers", "misc"];
        assert!(!nothing.contains(&stem), "{}: name the idea", path.display());
    }
}

#[test]
fn every_rule_file_is_in_form() {
    let folder = root().join("rules");
    let mut names: Vec<PathBuf> =
        fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).collect();
    names.sort();
    let texts: Vec<(String, String)> = names
        .iter()
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), read(path)))
        .collect();
    let files: Vec<_> =
        texts.iter().map(|(name, text)| tightlip_rules::SourceFile { name, text }).collect();
    for file in &files {
        assert!(file.name.ends_with(".yaml"), "{} is no rule file", file.name);
        assert!(file.text.starts_with("provider: ") || file.text.starts_with('#'), "{}", file.name);
        assert!(!file.text.contains('\t') && file.text.ends_with('\n'), "{}", file.name);
    }
    if let Err(errors) = tightlip_rules::RuleSet::compile(&files) {
        panic!("{errors:#?}");
    }
}

#[test]
fn every_package_has_the_version_of_the_workspace() {
    let manifest = read(&root().join("Cargo.toml"));
    let version = manifest.lines().find_map(|line| line.strip_prefix("version = \""));
    let version = version.unwrap().trim_end_matches('"');
    let python = read(&root().join("pyproject.toml"));
    assert!(python.contains(&format!("version = \"{version}\"")), "pyproject.toml");
    assert!(python.contains(&format!("\"tightlip=={version}\"")), "pyproject.toml");
    let node = read(&root().join("packaging/npm/package.json"));
    assert!(node.contains(&format!("\"version\": \"{version}\"")), "package.json");
    let platforms = node.lines().filter(|line| line.contains("\"@tightlip/"));
    assert!(platforms.clone().count() >= 5, "package.json");
    assert!(platforms.clone().all(|line| line.contains(&format!("\"{version}\""))), "package.json");
}

#[test]
fn every_promise_of_the_security_page_names_tests_that_exist() {
    fn functions(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                functions(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = read(&path);
                let named = text.split("fn ").skip(1).filter_map(|rest| rest.split_once('('));
                found.extend(named.map(|(name, _)| name.to_owned()));
            }
        }
    }
    let mut found = BTreeSet::new();
    ["crates", "tests"].iter().for_each(|folder| functions(&root().join(folder), &mut found));
    let text = read(&root().join("SECURITY.md"));
    let rows = text.lines().skip_while(|line| !line.starts_with("| promise |")).skip(2);
    let rows: Vec<&str> = rows.take_while(|line| line.starts_with('|')).collect();
    assert!(rows.len() > 10);
    for row in rows {
        let tests = row.split('|').nth(2).unwrap().split_whitespace();
        let tests: Vec<&str> = tests.map(|name| name.trim_matches('`')).collect();
        assert!(!tests.is_empty(), "{row}");
        // Beside functions these are the scripts of the gate.
        let is_there = |name: &str| found.contains(name) || root().join(name).is_file();
        tests.iter().for_each(|name| assert!(is_there(name), "there is no test `{name}`"));
    }
}
