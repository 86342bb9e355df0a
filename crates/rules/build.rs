//! Compiles the rule files at the root of the workspace into constant tables.
//!
//! The same modules as in the library check them, so a rule that breaks a promise breaks the build.
#![expect(dead_code, unreachable_pub, reason = "the modules are those of the library")]

#[path = "src/anchor.rs"]
mod anchor;
#[path = "src/check/mod.rs"]
mod check;
#[path = "src/emit.rs"]
mod emit;
#[path = "src/error.rs"]
mod error;
#[path = "src/file.rs"]
mod file;
#[path = "src/outline.rs"]
mod outline;
#[path = "src/pattern.rs"]
mod pattern;
#[path = "src/rule.rs"]
mod rule;
#[path = "src/set.rs"]
mod set;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

const FOLDER: &str = "../../rules";

fn main() -> ExitCode {
    match compile() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problems) => {
            problems.iter().for_each(|problem| println!("cargo::error={problem}"));
            ExitCode::FAILURE
        }
    }
}

fn compile() -> Result<(), Vec<String>> {
    println!("cargo::rerun-if-changed={FOLDER}");
    let files = read_files().map_err(|error| vec![format!("cannot read `{FOLDER}`: {error}")])?;
    let sources: Vec<_> =
        files.iter().map(|(name, text)| file::SourceFile { name, text }).collect();
    let set = check::extend(set::RuleSet::empty(), &sources)
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    let (tables, text) = emit::source(&set);
    write("builtin.rs", &tables).and_then(|()| write("builtin.txt", text)).map_err(|e| vec![e])
}

/// Every rule file by its name, sorted; rules of no provider come last, after those that know more.
fn read_files() -> io::Result<Vec<(String, String)>> {
    let mut paths = fs::read_dir(FOLDER)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<PathBuf>>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.sort_by_key(|path| {
        let stem = path.file_stem().unwrap_or_default().to_owned();
        (stem == "generic", stem)
    });
    paths.iter().map(|path| read_file(path)).collect()
}

fn read_file(path: &Path) -> io::Result<(String, String)> {
    println!("cargo::rerun-if-changed={}", path.display());
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Ok((format!("rules/{name}"), fs::read_to_string(path)?))
}

fn write(name: &str, content: &str) -> Result<(), String> {
    let folder = env::var_os("OUT_DIR").ok_or("cargo sets no OUT_DIR")?;
    let path = Path::new(&folder).join(name);
    fs::write(&path, content).map_err(|error| format!("cannot write `{}`: {error}", path.display()))
}
