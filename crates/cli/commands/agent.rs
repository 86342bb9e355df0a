//! `tightlip hook run agent`: asked by a coding agent before it takes a prompt, runs a tool or reads a
//! file, it looks for secrets in what would leave the machine or be written, and answers in the
//! agent's own protocol.
//!
//! Fails closed: what cannot be understood or read is an error with exit code 2, which every one of
//! these agents takes for "no" where it takes hooks for an answer at all.

mod answer;
mod install;
mod payload;

use std::io::{Read as _, Write as _};
use std::path::Path;

use anyhow::{Context as _, bail};
use serde_json::Value;
use tightlip_engine::{Masking, Outcome};
use tightlip_model::{
    Blob, Finding, Origin, PathBytes, Problem, Provenance, ScanInfo, ScanKind, Sink, Source,
};

use crate::args::HookRunArgs;
use crate::place::Folder;
use crate::root::Root;
use crate::session::{self, Silent};
use crate::setup::{BaselineUse, Setup};
use crate::signals::Signals;
use answer::Event;
pub(crate) use install::{install, uninstall};
use payload::Part;

/// Bytes that an agent may send.
const LONGEST_PAYLOAD: u64 = 64 << 20;
/// Findings named in an answer.
const MOST_NAMED: usize = 5;

pub(crate) fn run(args: &HookRunArgs, signals: &Signals) -> anyhow::Result<u8> {
    let mut text = Vec::new();
    let read = std::io::stdin().take(LONGEST_PAYLOAD + 1).read_to_end(&mut text);
    read.context("cannot read what the agent says on standard input")?;
    if text.len() as u64 > LONGEST_PAYLOAD {
        bail!("the agent sent more than {LONGEST_PAYLOAD} bytes, which were not scanned");
    }
    // The place of an error is told, never what stands there.
    let said: Value = serde_json::from_slice(&text).map_err(|error| {
        anyhow::anyhow!("what the agent sent is no JSON, at column {}", error.column())
    })?;
    let event = Event::of(&said, args.agent)?;
    let parts = payload::parts(&said);
    let reason = if parts.is_empty() { None } else { judge(args, &said, parts, signals)? };
    let mut out = std::io::stdout().lock();
    if let Some(answer) = event.answer(reason.as_deref()) {
        writeln!(out, "{answer}").context("cannot answer on standard output")?;
    }
    match reason.filter(|_| !event.can_refuse()) {
        Some(reason) => bail!("{reason}; this agent does not let a hook stop it here"),
        None => Ok(0),
    }
}

/// Why the agent may not go on, if it may not.
fn judge(
    args: &HookRunArgs,
    said: &Value,
    parts: Vec<Part>,
    signals: &Signals,
) -> anyhow::Result<Option<String>> {
    let folder = payload::folder(said);
    let folder = folder.filter(|folder| folder.is_dir()).unwrap_or_else(|| ".".into());
    let root = Root::of(&folder)?;
    let mut setup = Setup::new(&args.common, &Folder(root.folder.clone()), BaselineUse::Apply)?;
    setup.options.masking = Masking::On;
    let source = Parts { parts, root: root.folder.canonicalize().unwrap_or(root.folder) };
    let outcome = session::run(&args.common, &setup, &source, signals, &mut Silent);
    Ok(reason(&outcome))
}

fn reason(outcome: &Outcome) -> Option<String> {
    let counted = outcome.findings.iter().filter(|finding| finding.suppression.is_none());
    let counted: Vec<&Finding> = counted.collect();
    let problems = &outcome.summary.coverage.problems;
    if counted.is_empty() {
        let first = problems.first()?;
        let (subject, message) = (first.subject.to_text(), &first.message);
        return Some(format!("tightlip could not check `{subject}`: {message}"));
    }
    let named = counted.iter().take(MOST_NAMED).map(|finding| named(finding));
    let named: Vec<String> = named.collect();
    let rest = match counted.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        rest => format!("; and {rest} more"),
    };
    Some(format!(
        "tightlip found {} here: {}{rest}. Do not send, print or write it: refer to it by the name of \
         an environment variable or a secret store instead. If it is made up, say so beside it with \
         the comment `tightlip:allow`, or in the allow-list of `.tightlip.yaml`",
        if counted.len() == 1 {
            "a secret".to_owned()
        } else {
            format!("{} secrets", counted.len())
        },
        named.join("; "),
    ))
}

fn named(finding: &Finding) -> String {
    let (rule, path) = (&finding.rule, finding.provenance.path.to_text());
    let masked = finding.secret.masked();
    let line = finding.location.line.0;
    format!("{} {} {masked} in {path} line {line} ({})", rule.provider, rule.title, rule.id)
}

/// What the agent sent, and the files it would read.
struct Parts {
    parts: Vec<Part>,
    root: std::path::PathBuf,
}

impl Source for Parts {
    fn info(&self) -> ScanInfo {
        let targets = vec!["-".to_owned()];
        ScanInfo { kind: ScanKind::Stdin, targets, repository: None, revision: None, branch: None }
    }

    fn run(&self, sink: &dyn Sink) {
        let mut worker = sink.worker();
        for part in &self.parts {
            match part {
                Part::Said { name, text } => {
                    let provenance = Provenance::at(Origin::Stdin, name.as_str());
                    worker.blob(Blob::whole(text.as_bytes(), &provenance));
                }
                Part::File(path) => {
                    let name = name_below(path, &self.root);
                    match payload::content(path) {
                        Ok(Some(bytes)) => {
                            let provenance = Provenance::at(Origin::File, name);
                            worker.blob(Blob::whole(&bytes, &provenance));
                        }
                        Ok(None) => {}
                        Err(error) => worker.problem(Problem::new(name, error.to_string())),
                    }
                }
            }
        }
    }
}

/// A file as settings and baseline spell it.
fn name_below(path: &Path, root: &Path) -> PathBytes {
    let whole = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let below = whole.strip_prefix(root).unwrap_or(&whole);
    PathBytes(below.as_os_str().as_encoded_bytes().to_vec())
}
