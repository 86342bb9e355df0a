//! Where secrets hide: each place once as a file, staged, in a history, in an archive in a history and
//! on standard input. A secret is found there, or the report says that it did not look.

mod boxes;
mod documents;
mod encodings;
mod packages;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::world::{Run, World, token};

/// What a scan makes of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It finds the secret.
    Found,
    /// It tells of a private key that nobody can read without a password.
    Sealed,
    /// The format rules that out, and the report lists the file as not looked into.
    Listed,
}

/// A file with a secret in it.
pub(crate) struct Place {
    /// The name of the file.
    pub(crate) name: &'static str,
    pub(crate) content: Vec<u8>,
    pub(crate) verdict: Verdict,
}

/// A place where the secret is found.
pub(crate) fn found(name: &'static str, content: impl Into<Vec<u8>>) -> Place {
    Place { name, content: content.into(), verdict: Verdict::Found }
}

/// A store with a private key in it.
pub(crate) fn sealed(name: &'static str, content: impl Into<Vec<u8>>) -> Place {
    Place { name, content: content.into(), verdict: Verdict::Sealed }
}

/// A place that cannot be looked into.
pub(crate) fn listed(name: &'static str, content: impl Into<Vec<u8>>) -> Place {
    Place { name, content: content.into(), verdict: Verdict::Listed }
}

/// All places, each with its secret.
fn places() -> Vec<(Place, String)> {
    let all = [encodings::ALL, boxes::ALL, documents::ALL, packages::ALL].concat();
    let made = all.iter().zip(1_000_u64..).map(|(make, seed)| {
        let secret = token(seed);
        (make(&secret), secret)
    });
    made.collect()
}

/// A report as far as the matrix asks for it: paths by secret, those of key stores, and what was not
/// looked into.
struct Report {
    paths: BTreeMap<String, Vec<String>>,
    stores: Vec<String>,
    errors: Vec<String>,
    unread: String,
    code: i32,
}

impl Report {
    fn of(run: &Run) -> Self {
        let json = run.json();
        let mut paths: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut stores = Vec::new();
        for finding in json["findings"].as_array().into_iter().flatten() {
            let text = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
            if text("rule") == "key-store" {
                stores.push(text("path"));
            }
            paths.entry(text("secret")).or_default().push(text("path"));
        }
        let errors: Vec<String> = json["scan"]["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|error| error["path"].as_str().map(str::to_owned))
            .collect();
        let unread = format!("{}\n{}", errors.join("\n"), run.stderr);
        Self { paths, stores, errors, unread, code: run.code }
    }

    /// What is wrong with what it says of a place.
    fn fault(&self, place: &Place, secret: &str, name: &str) -> Option<String> {
        let paths = self.paths.get(secret);
        match place.verdict {
            Verdict::Found => match paths {
                None => Some(format!("`{}` is missed", place.name)),
                Some(paths) if !paths.iter().all(|path| path.starts_with(name)) => {
                    Some(format!("`{}` is placed at {paths:?}", place.name))
                }
                Some(_) if self.errors.iter().any(|path| path.starts_with(name)) => {
                    Some(format!("`{}` is said not to be read whole", place.name))
                }
                Some(_) => None,
            },
            Verdict::Sealed => {
                let is_told = self.stores.iter().any(|path| path.starts_with(name));
                (!is_told).then(|| format!("`{}` is missed", place.name))
            }
            Verdict::Listed => {
                (!self.unread.contains(name)).then(|| format!("`{}` is not listed", place.name))
            }
        }
    }
}

const JSON: [&str; 4] = ["--format", "json", "--show-secrets", "--verbose"];

fn report(world: &World, args: &[&str]) -> Report {
    Report::of(&world.run(&[args, &JSON].concat()))
}

fn assert_no_fault(mode: &str, faults: impl Iterator<Item = String>) {
    let faults: Vec<String> = faults.collect();
    assert!(faults.is_empty(), "{mode}: {}", faults.join("; "));
}

fn assert_all(mode: &str, places: &[(Place, String)], ending: &str, report: &Report) {
    let fault = |(place, secret): &(Place, String)| {
        report.fault(place, secret, &format!("{}{ending}", place.name))
    };
    assert_no_fault(mode, places.iter().filter_map(fault));
}

#[test]
fn there_are_forty_places_and_more_with_names_of_their_own() {
    let names: std::collections::BTreeSet<_> =
        places().iter().map(|(place, _)| place.name).collect();
    assert_eq!(names.len(), places().len());
    assert!(names.len() >= 40, "{}", names.len());
}

#[test]
fn every_place_as_a_file() {
    let (world, places) = (World::new(), places());
    places.iter().for_each(|(place, _)| world.write(place.name, &place.content));
    assert_all("file", &places, "", &report(&world, &["scan"]));
}

#[test]
fn every_place_staged() {
    let (world, places) = (World::with_repository(), places());
    places.iter().for_each(|(place, _)| world.write(place.name, &place.content));
    world.git(&["add", "-A", "-f"]);
    assert_all("staged", &places, "", &report(&world, &["staged"]));
}

#[test]
fn every_place_in_a_history() {
    let (world, places) = (World::with_repository(), places());
    places.iter().for_each(|(place, _)| world.write(place.name, &place.content));
    world.commit("add");
    places.iter().for_each(|(place, _)| world.remove(place.name));
    world.commit("remove");
    assert_all("history", &places, "", &report(&world, &["history"]));
}

#[test]
fn every_place_in_an_archive_in_a_history() {
    let (world, places) = (World::with_repository(), places());
    for (place, _) in &places {
        let archive = boxes::gzip(&boxes::tar(&[(place.name, &place.content)]));
        world.write(&format!("{}.tgz", place.name), archive);
    }
    world.commit("add");
    places.iter().for_each(|(place, _)| world.remove(&format!("{}.tgz", place.name)));
    world.commit("remove");
    assert_all("archive in history", &places, ".tgz!", &report(&world, &["history"]));
}

#[test]
fn every_place_on_standard_input() {
    let (world, places) = (World::new(), places());
    let fault = |(place, secret): &(Place, String)| {
        let args = [&["scan", "-"], JSON.as_slice()].concat();
        let report = Report::of(&world.run_in(".", &args, Some(&place.content)));
        let is_said = report.code > 1 || report.unread.contains("stdin");
        match place.verdict {
            Verdict::Listed if is_said => None,
            _ => report.fault(place, secret, "stdin"),
        }
    };
    assert_no_fault("stdin", places.iter().filter_map(fault));
}

/// Writes the files of the matrix into a folder, with the secrets beside them, for trying other tools
/// on them: `TIGHTLIP_PLACES=FOLDER cargo test --test end_to_end -- --ignored write_the_places`.
#[test]
#[ignore = "it is asked for by name, to compare with other tools"]
fn write_the_places() {
    let folder = std::path::PathBuf::from(std::env::var_os("TIGHTLIP_PLACES").unwrap());
    let mut secrets: BTreeMap<&str, Value> = BTreeMap::new();
    let places = places();
    std::fs::create_dir_all(folder.join("files")).unwrap();
    for (place, secret) in &places {
        std::fs::write(folder.join("files").join(place.name), &place.content).unwrap();
        let said = if place.verdict == Verdict::Found { "found" } else { "listed" };
        secrets.insert(place.name, serde_json::json!({"secret": secret, "verdict": said}));
    }
    let text = serde_json::to_string_pretty(&secrets).unwrap();
    std::fs::write(folder.join("secrets.json"), text).unwrap();
}
