//! Everything the inventory is made from: the sightings of each target, and what is known of the
//! repositories they stand in.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use tightlip_engine::{Masking, Outcome};
use tightlip_inventory::{
    Activity, Guards, Policy, RepositoryFacts, SavedReport, Sighting, agent_of, use_of,
};
use tightlip_model::{Finding, Problem};
use tightlip_source::{History, HistoryOptions};

use super::{LONGEST_REPORT, facts};
use crate::args::{CacheArgs, CommonArgs, ScanArgs};
use crate::cache;
use crate::commands::repository::{self, Opened};
use crate::commands::scan;
use crate::place::{Folder, read_file};
use crate::session::{self, Silent};
use crate::setup::{BaselineUse, Setup};
use crate::signals::Signals;

/// Settings of agents that are longer, in bytes, are not looked through.
const LONGEST_SETTINGS: u64 = 4 << 20;

/// What was gathered so far.
pub(super) struct Gathered<'a> {
    args: &'a CommonArgs,
    cache: &'a CacheArgs,
    signals: &'a Signals,
    pub(super) sightings: Vec<Sighting>,
    pub(super) problems: Vec<Problem>,
    pub(super) activity: Activity,
    pub(super) repositories: BTreeMap<String, RepositoryFacts>,
    /// The policy of the first target whose settings hold one.
    pub(super) policy: Policy,
}

impl<'a> Gathered<'a> {
    pub(super) fn new(args: &'a CommonArgs, cache: &'a CacheArgs, signals: &'a Signals) -> Self {
        Self {
            args,
            cache,
            signals,
            sightings: Vec::new(),
            problems: Vec::new(),
            activity: Activity::default(),
            repositories: BTreeMap::new(),
            policy: Policy::default(),
        }
    }

    /// Adds what `target` holds. One that cannot be read is a problem; the others go on.
    pub(super) fn add(&mut self, target: &Path) {
        if self.signals.exit_code().is_some() {
            self.problems
                .push(Problem::new(name(target).as_str(), "interrupted before it was read"));
            return;
        }
        if let Err(error) = self.try_add(target) {
            self.problems.push(Problem::new(name(target).as_str(), format!("{error:#}")));
        }
    }

    fn try_add(&mut self, target: &Path) -> anyhow::Result<()> {
        if is_report(target)? {
            return self.report(target);
        }
        let path = target.to_path_buf();
        let opened = match target == Path::new(".") {
            true => repository::open(None).or_else(|_| repository::open(Some(&path))),
            false => repository::open(Some(&path)),
        };
        match opened {
            Ok(opened) => self.history(target, opened),
            Err(error) if facts::looks_like_repository(target) => Err(error),
            Err(_) => self.files(target),
        }
    }

    fn report(&mut self, path: &Path) -> anyhow::Result<()> {
        let text = read_file(path, LONGEST_REPORT)?;
        let report = SavedReport::parse(&text, &name(path))?;
        if !report.is_complete {
            let message = "the run that wrote this report had not read everything";
            self.problems.push(Problem::new(name(path).as_str(), message));
        }
        self.sightings.extend(report.sightings);
        Ok(())
    }

    fn history(&mut self, target: &Path, opened: Opened) -> anyhow::Result<()> {
        let name = name(target);
        let Opened { repository, path, git, home, .. } = opened;
        let setup = self.setup(Setup::new(self.args, &Folder(home), BaselineUse::Apply)?);
        let read = facts::read(&repository, &mut self.activity);
        self.repositories.insert(name.clone(), read);
        let options = HistoryOptions {
            repository: path,
            git,
            jobs: scan::jobs(self.args),
            allow_empty: self.args.allow_empty,
            max_file_size: setup.config.max_file_size,
            ..HistoryOptions::default()
        };
        let cache = cache::open(self.cache, &setup, &options)?;
        let options = HistoryOptions { cache: cache.clone(), ..options };
        let outcome = self.run(&setup, &History::new(options));
        cache::tell(cache.as_ref());
        let objects = repository.objects().with_limit(LONGEST_SETTINGS);
        self.keep(&outcome, &name, |finding| facts::blob(&objects, finding));
        Ok(())
    }

    fn files(&mut self, target: &Path) -> anyhow::Result<()> {
        let args = ScanArgs {
            paths: vec![target.to_path_buf()],
            common: self.args.clone(),
            ..ScanArgs::default()
        };
        let (setup, files) = scan::prepare(&args, BaselineUse::Apply)?;
        let setup = self.setup(setup);
        self.repositories.insert(
            name(target),
            RepositoryFacts { guards: Guards::default(), ..facts::of_folder(target) },
        );
        let outcome = self.run(&setup, &files);
        self.keep(&outcome, &name(target), |finding| {
            let path = PathBuf::from(finding.provenance.path.as_str()?);
            let is_short = path.metadata().is_ok_and(|found| found.len() <= LONGEST_SETTINGS);
            fs::read_to_string(&path).ok().filter(|_| is_short)
        });
        Ok(())
    }

    /// Secrets stay in memory and are masked wherever text holds them, whatever the user asked of
    /// reports of findings.
    fn setup(&mut self, mut setup: Setup) -> Setup {
        setup.options.masking = Masking::On;
        if let Some(policy) = setup.config.policy.take() {
            self.policy = policy;
        }
        setup
    }

    fn run(&self, setup: &Setup, source: &dyn tightlip_model::Source) -> Outcome {
        session::run(self.args, setup, source, self.signals, &mut Silent)
    }

    /// Keeps the findings of a run in `repository`; `text` gives the file of a finding where that is
    /// at hand.
    fn keep(
        &mut self,
        outcome: &Outcome,
        repository: &str,
        text: impl Fn(&Finding) -> Option<String>,
    ) {
        let problems = &outcome.summary.coverage.problems;
        self.problems.extend(problems.iter().map(|problem| {
            Problem::new(problem.subject.clone(), format!("{repository}: {}", problem.message))
        }));
        for finding in outcome.findings.iter().chain(&outcome.parts) {
            let Some(mut sighting) = Sighting::of(finding, repository) else { continue };
            if agent_of(&sighting.path).is_some() {
                let text = text(finding).unwrap_or_default();
                sighting.agent = use_of(&sighting.path, &text, &finding.secret);
            }
            self.sightings.push(sighting);
        }
    }
}

/// What reports call a target.
fn name(target: &Path) -> String {
    target.display().to_string()
}

/// Whether a file is a saved report rather than something to scan: it is named as one and begins
/// with the object that one begins with.
fn is_report(path: &Path) -> anyhow::Result<bool> {
    let ending = path.extension().and_then(|ending| ending.to_str());
    if !matches!(ending, Some("json" | "jsonl")) || !path.is_file() {
        return Ok(false);
    }
    let mut head = Vec::new();
    fs::File::open(path)
        .and_then(|file| file.take(64).read_to_end(&mut head))
        .with_context(|| format!("cannot read `{}`", path.display()))?;
    let head = String::from_utf8_lossy(&head);
    let head = head.trim_start();
    Ok(head.starts_with("{\"schema\":") || head.starts_with("{\"type\":"))
}
