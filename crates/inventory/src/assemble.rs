//! Groups of sightings to identities: every field that the sightings alone, or what is known of their
//! repositories, can tell.

use std::collections::{BTreeMap, BTreeSet};

use tightlip_model::Kind;

use crate::Context;
use crate::environment::{self, Environment, Told};
use crate::family::Family;
use crate::identity::{Expiry, Identity, Part, Place, Reuse};
use crate::owner::{self, Owner};
use crate::purpose;
use crate::risk::Risk;
use crate::sighting::{CommitFact, Date, Sighting};

/// Refs named for one identity.
const NAMED_REFS: usize = 10;

/// The identity behind `group`, whose leading part comes first; `id` names it. Judgement and
/// rotations are added once all identities are known.
pub(crate) fn identity(group: &[&Sighting], id: String, context: &Context) -> Option<Identity> {
    let leading = *group.first()?;
    let decoded = facts(group);
    let places = places(group, &decoded);
    let stay = Stay::of(group);
    let issued_at = date(&decoded, &["issued_at", "created_at"]);
    let first = stay.first.as_ref().map(|first| first.date);
    let end = stay.removed.as_ref().map_or(context.now, |commit| commit.date.0);
    Some(Identity {
        family: family(group),
        kind: leading.kind.as_str().to_owned(),
        rule: leading.rule.clone(),
        title: leading.title.clone(),
        provider: leading.provider.clone(),
        name: name(&leading.provider, &leading.title),
        principal: principal(&decoded),
        environment: environment_of(&places),
        proof: best(group, |one| one.proof).map(|proof| proof.as_str().to_owned())?,
        confidence: best(group, |one| one.confidence).map(|grade| grade.as_str().to_owned())?,
        severity: best(group, |one| one.severity).map(|grade| grade.as_str().to_owned())?,
        secret: leading.masked.clone(),
        companions: companions(group, leading),
        exposure_days: first.map(|first| first.0.days_until(end)),
        age_days: issued_at.or(first).map(|date| date.0.days_until(context.now)),
        first_seen: stay.first,
        last_seen: stay.last,
        removed: stay.removed,
        at_head: stay.at_head,
        refs: refs(group),
        occurrences: occurrences(group, leading),
        issued_at,
        expiry: expiry(leading.kind, &decoded),
        rotations: Vec::new(),
        owner: owner_of(group, context),
        purpose: purpose_of(group, &decoded),
        services: distinct(group.iter().filter_map(|one| purpose::service(&one.path))),
        agents: distinct(group.iter().filter_map(|one| one.agent.clone())),
        reuse: reuse(group, &places),
        decoded,
        accepted: group.iter().all(|one| one.accepted.is_some()),
        revoke: leading.revoke.clone(),
        link: leading.link.clone(),
        owasp: Vec::new(),
        nist_csf: Vec::new(),
        risk: Risk::default(),
        breaches: Vec::new(),
        places,
        id,
    })
}

/// When an identity came and went, over all its places.
struct Stay {
    first: Option<CommitFact>,
    last: Option<CommitFact>,
    removed: Option<CommitFact>,
    at_head: bool,
}

impl Stay {
    fn of(group: &[&Sighting]) -> Self {
        let at_head = group.iter().any(|one| one.is_at_head());
        let gone = |commit: fn(&Sighting) -> Option<&CommitFact>| {
            let all = group.iter().filter_map(|one| commit(one)).filter(|_| !at_head);
            all.max_by_key(|commit| commit.date).cloned()
        };
        let first = group.iter().filter_map(|one| one.first.as_ref());
        Self {
            first: first.min_by_key(|one| one.date).cloned(),
            last: gone(|one| one.last.as_ref()),
            removed: gone(|one| one.removed.as_ref()),
            at_head,
        }
    }
}

/// The leading part of a credential is the one that opens most, and of these the surest: not the id
/// that comes with a secret.
pub(crate) fn lead(group: &mut [&Sighting]) {
    group.sort_by(|a, b| {
        let rank = |one: &Sighting| (one.severity, one.confidence, one.proof);
        let place = |one: &Sighting| (one.repository.clone(), one.path.clone(), one.line);
        let specific = |one: &Sighting| !one.rule.starts_with("generic");
        (rank(b), specific(b)).cmp(&(rank(a), specific(a))).then_with(|| place(a).cmp(&place(b)))
    });
}

fn facts(group: &[&Sighting]) -> BTreeMap<String, String> {
    let mut facts = BTreeMap::new();
    for (name, value) in group.iter().flat_map(|one| &one.decoded) {
        facts.entry(name.clone()).or_insert_with(|| value.clone());
    }
    facts
}

/// An identity belongs to the most telling family of its places.
fn family(group: &[&Sighting]) -> Family {
    let families = group.iter().map(|one| Family::of(one));
    let leading = group.first().map_or(Family::ApiKey, |one| Family::of(one));
    let special =
        |family: &Family| matches!(family, Family::AiAgentIdentity | Family::CiCdCredential);
    families.filter(special).max().unwrap_or(leading)
}

/// The name of a credential; the rules of no provider stand under a word that says so.
fn name(provider: &str, title: &str) -> String {
    let says_it = title.to_lowercase().contains(&provider.to_lowercase());
    match says_it || provider == "Generic" {
        true => title.to_owned(),
        false => format!("{provider} {title}"),
    }
}

fn principal(decoded: &BTreeMap<String, String>) -> Option<String> {
    const NAMES: [&str; 14] = [
        "service_account",
        "account",
        "user",
        "username",
        "email",
        "subject",
        "client_id",
        "key_id",
        "project",
        "organization",
        "team",
        "tenant",
        "host",
        "issuer",
    ];
    NAMES.iter().find_map(|name| decoded.get(*name)).cloned()
}

fn purpose_of(group: &[&Sighting], decoded: &BTreeMap<String, String>) -> Option<String> {
    let told = group.iter().find_map(|one| purpose::of(&one.path, one.variable.as_deref()));
    told.or_else(|| purpose::of_address(decoded))
}

/// In how many versions of files the leading part stands.
fn occurrences(group: &[&Sighting], leading: &Sighting) -> u64 {
    let copies = group.iter().filter(|one| crate::group::is_copy(leading, one));
    copies.map(|one| one.occurrences).sum()
}

fn places(group: &[&Sighting], decoded: &BTreeMap<String, String>) -> Vec<Place> {
    let fact = |name: &str| decoded.get(name).map(String::as_str);
    let mut places: Vec<Place> = group
        .iter()
        .map(|one| Place {
            repository: one.repository.clone(),
            path: one.path.clone(),
            origin: one.origin.clone(),
            line: one.line,
            variable: one.variable.clone(),
            environment: environment::of(Told {
                token: fact("environment"),
                variable: one.variable.as_deref(),
                path: &one.path,
                host: fact("host"),
            }),
            reach: one.reach.map(|reach| reach.as_str().to_owned()),
            first_seen: one.first.clone(),
            removed: one.removed.clone().filter(|_| !one.is_at_head()),
        })
        .collect();
    places.sort_by(|a, b| {
        (&a.repository, &a.path, a.line, &a.variable).cmp(&(
            &b.repository,
            &b.path,
            b.line,
            &b.variable,
        ))
    });
    places.dedup();
    places
}

fn environment_of(places: &[Place]) -> Environment {
    places.iter().map(|place| place.environment).min().unwrap_or(Environment::Unknown)
}

fn best<T: Ord>(group: &[&Sighting], grade: fn(&Sighting) -> T) -> Option<T> {
    group.iter().map(|one| grade(one)).max()
}

/// The parts that are not copies of the leading one, each once.
fn companions(group: &[&Sighting], leading: &Sighting) -> Vec<Part> {
    let others = group.iter().filter(|one| !crate::group::is_copy(one, leading));
    let found = others.map(|one| Part {
        fingerprint: one.fingerprint.clone(),
        rule: one.rule.clone(),
        title: one.title.clone(),
        secret: one.masked.clone(),
    });
    // What is told with a finding is none of its own.
    let told = group.iter().flat_map(|one| one.companions.iter().cloned());
    let told = told.filter(|part| part.fingerprint != leading.fingerprint);
    let parts = found.chain(told).map(|part| (part.fingerprint.clone(), part));
    parts.collect::<BTreeMap<String, Part>>().into_values().collect()
}

fn refs(group: &[&Sighting]) -> Vec<String> {
    let all: BTreeSet<&String> = group.iter().flat_map(|one| &one.refs).collect();
    all.into_iter().take(NAMED_REFS).cloned().collect()
}

fn date(decoded: &BTreeMap<String, String>, names: &[&str]) -> Option<Date> {
    let read = names.iter().filter_map(|name| decoded.get(*name)?.parse().ok());
    read.map(Date).next()
}

fn expiry(kind: Kind, decoded: &BTreeMap<String, String>) -> Expiry {
    match date(decoded, &["expires_at", "not_after"]) {
        Some(end) => Expiry::At(end),
        None if matches!(kind, Kind::OauthToken | Kind::Session | Kind::Certificate) => {
            Expiry::Unknown
        }
        None => Expiry::Never,
    }
}

fn distinct<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    all.collect::<BTreeSet<T>>().into_iter().collect()
}

fn reuse(group: &[&Sighting], places: &[Place]) -> Reuse {
    let files: BTreeSet<_> = group.iter().map(|one| (&one.repository, &one.path)).collect();
    let repositories: BTreeSet<_> = group.iter().map(|one| &one.repository).collect();
    let environments = places.iter().map(|place| place.environment);
    let known = environments.filter(|one| *one != Environment::Unknown);
    Reuse {
        files: files.len() as u64,
        repositories: repositories.len() as u64,
        environments: distinct(known),
    }
}

/// Who answers: the owner of a place at HEAD before one of a place that is gone.
fn owner_of(group: &[&Sighting], context: &Context) -> Option<Owner> {
    let mut places: Vec<&&Sighting> = group.iter().collect();
    places.sort_by_key(|one| (!one.is_at_head(), one.first.as_ref().map(|first| first.date)));
    let owned = places.into_iter().find_map(|one| {
        let owners = context.owners_in(&one.repository);
        owner::of(owners, &one.path, (one.first.as_ref(), one.last.as_ref()))
    });
    let (name, source) = owned?;
    let each: Vec<&str> = match source {
        owner::OwnerSource::CodeOwners => name.split(' ').collect(),
        _ => vec![name.as_str()],
    };
    let last = each.iter().filter_map(|one| context.activity.last(one)).max();
    let active = last.map(|last| last.days_until(context.now) <= context.policy.owner_active_days);
    Some(Owner { name, source, active, last_commit: last.map(Date) })
}
