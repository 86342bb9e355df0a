//! The line on standard error that tells how far a run has come.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::world::tightlip;

/// How long the input stays open: longer than a run keeps silent.
const LONG: Duration = Duration::from_millis(1500);

/// What a run that takes its time writes on a terminal as its standard error.
fn drawn(prepare: impl Fn(&mut Command)) -> String {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let terminal = File::options().read(true).write(true).open(name.to_str().unwrap()).unwrap();
    let mut command = tightlip();
    command.args(["scan", "-", "--format", "json"]).stdin(Stdio::piped()).stdout(Stdio::null());
    command.stderr(terminal.try_clone().unwrap());
    prepare(&mut command);
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"nothing\n").unwrap();
    std::thread::sleep(LONG);
    drop(input);
    child.wait().unwrap();
    drop((command, terminal));
    // When nobody holds the other end the rest is read, then an error ends it.
    let (mut written, mut master) = (Vec::new(), File::from(master));
    let _ = master.read_to_end(&mut written);
    String::from_utf8(written).unwrap()
}

#[test]
fn it_is_drawn_on_a_terminal_and_wiped_away() {
    let drawn = drawn(|_| {});
    assert!(drawn.contains("scanning: ") && drawn.contains(" findings"), "{drawn:?}");
    assert!(drawn.ends_with("\r\u{1b}[2K"), "{drawn:?}");
}

#[test]
fn nothing_is_drawn_in_a_log_or_when_not_wanted() {
    let service = |command: &mut Command| {
        command.env("CI", "true");
    };
    assert_eq!(drawn(service), "");
    let dumb = |command: &mut Command| {
        command.env("TERM", "dumb");
    };
    assert_eq!(drawn(dumb), "");
    let never = |command: &mut Command| {
        command.args(["--progress", "never"]);
    };
    assert_eq!(drawn(never), "");
    let piped = |command: &mut Command| {
        command.stderr(Stdio::piped());
    };
    assert_eq!(drawn(piped), "");
}
