//! What goes wrong around tightlip: damaged and vanishing files, failing calls, full disks, closed
//! pipes, signals. Whatever it is, the run ends; it gives the report of an undisturbed one, or says by
//! its exit code and in words what it could not do. A report is whole or absent, and nothing else is
//! left behind.

#[cfg(unix)]
mod calls;
mod damage;
#[cfg(unix)]
mod endings;

use serde_json::Value;

use crate::world::{Run, World, place, token};

/// A repository with a few commits, deltas among their objects, and secrets in most of them.
fn history(world: &World) {
    let mut lines: Vec<String> = (0..60_u64).map(|n| format!("line {n} of {}", n * 7919)).collect();
    for round in 0..6_u64 {
        let at = usize::try_from(round).unwrap() * 9;
        lines[at] = format!("TOKEN={}", token(round));
        world.write("a.txt", lines.join("\n"));
        world.write(&format!("dir{}/{round}", round % 3), format!("KEY={}\n", token(100 + round)));
        world.commit(&format!("commit {round}"));
    }
    world.git(&["tag", "-a", "-m", &format!("says {}", token(500)), "v1"]);
}

/// What a run found and read, if it has a report; fingerprints differ from run to run.
fn told(run: &Run) -> Option<(Vec<String>, Value)> {
    let report: Value = serde_json::from_str(&run.stdout).ok()?;
    let mut found: Vec<String> = report["findings"].as_array()?.iter().map(place).collect();
    found.sort();
    Some((found, report["scan"]["coverage"]["blobs"].clone()))
}

/// Whether a disturbed run gave what the undisturbed one did, or said that it could not.
fn check(good: &Run, disturbed: &Run, how: &str) {
    let said = disturbed.code > 0 && disturbed.code < 4 && disturbed.code & 2 != 0;
    if !said {
        assert_eq!(disturbed.code, good.code, "{how}: {}", disturbed.stderr);
        assert_eq!(told(disturbed), told(good), "{how}");
        return;
    }
    let report: Value = serde_json::from_str(&disturbed.stdout).unwrap_or(Value::Null);
    let errors = report["scan"]["errors"].as_array().map_or(0, Vec::len);
    assert!(errors > 0 || disturbed.stderr.contains("error"), "{how}: {}", disturbed.stderr);
    assert!(report.is_null() || report["scan"]["complete"] == false || errors == 0, "{how}");
}
