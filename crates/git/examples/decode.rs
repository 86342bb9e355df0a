//! Decodes every object of an object folder and says how fast: `decode FOLDER [JOBS] [check|verify|trees]`.
//! With `check`, lists each id, kind and size on standard output instead; `verify` recomputes ids;
//! `trees` leaves blobs out.
#![expect(clippy::print_stderr, reason = "an example talks to a terminal")]

use std::env;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

use tightlip_git::{
    Content, GitError, HashKind, Object, ObjectKind, Objects, Verify, Visitor, WalkOptions,
};

#[derive(Default)]
struct Count {
    lines: Option<Vec<u8>>,
    objects: u64,
    bytes: u64,
    problems: Vec<GitError>,
}

impl Visitor for Count {
    fn object(&mut self, object: Object<'_>) -> ControlFlow<()> {
        self.objects += 1;
        self.bytes += match object.content {
            Content::Bytes(bytes) => bytes.len() as u64,
            Content::Stream(reader) => io::copy(reader, &mut io::sink()).unwrap_or(0),
        };
        if let Some(lines) = &mut self.lines {
            lines.extend(format!("{} {} {}\n", object.id, object.kind, object.size).bytes());
        }
        ControlFlow::Continue(())
    }

    fn problem(&mut self, problem: GitError) -> ControlFlow<()> {
        self.problems.push(problem);
        ControlFlow::Continue(())
    }
}

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let folder = arguments.first().map_or(".git/objects", String::as_str);
    let jobs = arguments.get(1).and_then(|jobs| jobs.parse().ok()).unwrap_or(1);
    let mode = arguments.get(2).map_or("", String::as_str);
    let verify = if mode == "verify" { Verify::Ids } else { Verify::Checksums };
    let mut options = WalkOptions { jobs, verify, ..WalkOptions::default() };
    if mode == "trees" {
        options.want = |kind| kind != ObjectKind::Blob;
    }
    let start = Instant::now();
    let objects = Objects::open(Path::new(folder), &[], HashKind::Sha1);
    let lines = (mode == "check").then(Vec::new);
    let counts = objects.for_each(&options, || Count { lines: lines.clone(), ..Count::default() });
    let seconds = start.elapsed().as_secs_f64();
    let (mut total, mut bytes) = (0, 0);
    for count in counts {
        total += count.objects;
        bytes += count.bytes;
        io::stdout().write_all(&count.lines.unwrap_or_default())?;
        count.problems.iter().for_each(|problem| eprintln!("{problem}"));
    }
    let rate = bytes as f64 / 1e6 / seconds;
    eprintln!("{total} objects, {bytes} bytes, {seconds:.3} s, {rate:.0} MB/s");
    Ok(())
}
