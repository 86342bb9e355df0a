//! Where the repositories stand in managing their identities: levels 0 to 3, by facts that can be
//! counted and by nothing else.

use serde::{Deserialize, Serialize};

use crate::identity::{Expiry, Identity};
use crate::policy::{Policy, PolicyRule};

/// Days within which a leaked credential should have left HEAD.
const PROMPT_DAYS: u64 = 5;

/// How well the identities are managed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Maturity {
    /// From 0 to 3.
    pub level: u8,
    /// `unaware`, `reactive`, `managed` or `optimised`.
    pub name: String,
    /// What was counted.
    pub facts: Vec<Fact>,
}

/// One share that was counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What the share is of.
    pub name: String,
    /// How many have it.
    pub have: u64,
    /// Of how many.
    pub of: u64,
    /// The percentage from which the next level counts it as met.
    pub goal: u8,
}

impl Fact {
    fn is_met(&self) -> bool {
        self.have * 100 >= self.of * u64::from(self.goal)
    }
}

/// What guards a repository.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Guards {
    /// A hook or a settings file of hooks runs tightlip before a commit.
    pub hook: bool,
    /// A build runs tightlip.
    pub build: bool,
}

impl Maturity {
    /// The maturity of repositories with these guards and identities. Level 1 needs a guard
    /// somewhere; level 2 all of owner, age and guards; level 3 also expiry and prompt removal.
    pub(crate) fn of(identities: &[Identity], guards: &[Guards], policy: &Policy) -> Self {
        let count = |is: &dyn Fn(&Identity) -> bool| {
            identities.iter().filter(|identity| is(identity)).count() as u64
        };
        let total = identities.len() as u64;
        let share = |name: &str, have: u64, of: u64, goal: u8| Fact {
            name: name.to_owned(),
            have,
            of,
            goal,
        };
        let in_age = |one: &Identity| {
            policy.max_age(&one.kind).is_none()
                || !one.breaches.iter().any(|breach| breach.rule == PolicyRule::MaxAge)
        };
        let prompt = |one: &Identity| {
            !one.at_head && one.exposure_days.is_some_and(|days| days <= PROMPT_DAYS)
        };
        let guarded = |is: fn(&Guards) -> bool| guards.iter().filter(|one| is(one)).count() as u64;
        let repositories = guards.len() as u64;
        let facts = vec![
            share("have an owner", count(&|one| one.owner.is_some()), total, 80),
            share("are within the age the policy allows", count(&in_age), total, 80),
            share("have an expiry", count(&|one| matches!(one.expiry, Expiry::At(_))), total, 50),
            share("left HEAD within 5 days", count(&prompt), total, 80),
            share("repositories with a commit hook", guarded(|one| one.hook), repositories, 80),
            share(
                "repositories with a check in the build",
                guarded(|one| one.build),
                repositories,
                80,
            ),
        ];
        let (level, name) = level(&facts);
        Self { level, name: name.to_owned(), facts }
    }
}

fn level(facts: &[Fact]) -> (u8, &'static str) {
    let met = |index: usize| facts.get(index).is_some_and(Fact::is_met);
    let [owner, age, expiry, prompt, hook, build] = [0, 1, 2, 3, 4, 5].map(met);
    let is_guarded = facts.iter().skip(4).any(|fact| fact.have > 0);
    match (hook || build, owner && age, expiry && prompt && hook && build) {
        (true, true, true) => (3, "optimised"),
        (true, true, false) => (2, "managed"),
        _ if is_guarded => (1, "reactive"),
        _ => (0, "unaware"),
    }
}
