//! What is wrong with an identity, in the words of the OWASP Non-Human Identities Top 10 (2025), and
//! which categories of the NIST Cybersecurity Framework 2.0 that touches.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::environment::words;
use crate::family::is_build_file;
use crate::identity::{Expiry, Identity, Place};
use crate::policy::{Policy, listed};

/// An item of the OWASP NHI Top 10 of 2025.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Owasp {
    /// Improper offboarding: whoever answered for it is gone.
    Nhi1,
    /// Secret leakage: it stands where many can read it.
    Nhi2,
    /// Vulnerable third-party NHI: code of others is given it.
    Nhi3,
    /// Insecure authentication: a safer way to log in exists.
    Nhi4,
    /// Overprivileged NHI: it may do more than its use needs.
    Nhi5,
    /// Insecure cloud deployment configurations: a deployment holds it in the clear.
    Nhi6,
    /// Long-lived secrets: it does not expire, or is older than it should be.
    Nhi7,
    /// Environment isolation: one value for several environments.
    Nhi8,
    /// NHI reuse: one value for several services.
    Nhi9,
    /// Human use of NHI: a person and a machine share it.
    Nhi10,
}

impl Owasp {
    /// Every item.
    pub const ALL: &[Self] = &[
        Self::Nhi1,
        Self::Nhi2,
        Self::Nhi3,
        Self::Nhi4,
        Self::Nhi5,
        Self::Nhi6,
        Self::Nhi7,
        Self::Nhi8,
        Self::Nhi9,
        Self::Nhi10,
    ];

    /// Its number, as the list writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nhi1 => "NHI1",
            Self::Nhi2 => "NHI2",
            Self::Nhi3 => "NHI3",
            Self::Nhi4 => "NHI4",
            Self::Nhi5 => "NHI5",
            Self::Nhi6 => "NHI6",
            Self::Nhi7 => "NHI7",
            Self::Nhi8 => "NHI8",
            Self::Nhi9 => "NHI9",
            Self::Nhi10 => "NHI10",
        }
    }

    /// Its title.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Nhi1 => "improper offboarding",
            Self::Nhi2 => "secret leakage",
            Self::Nhi3 => "vulnerable third-party NHI",
            Self::Nhi4 => "insecure authentication",
            Self::Nhi5 => "overprivileged NHI",
            Self::Nhi6 => "insecure cloud deployment configurations",
            Self::Nhi7 => "long-lived secrets",
            Self::Nhi8 => "environment isolation",
            Self::Nhi9 => "NHI reuse",
            Self::Nhi10 => "human use of NHI",
        }
    }

    /// The categories of the NIST Cybersecurity Framework 2.0 that it touches.
    const fn nist(self) -> &'static [&'static str] {
        match self {
            Self::Nhi1 => &["GV.RR", "PR.AA"],
            Self::Nhi2 => &["DE.CM", "PR.AA", "PR.DS"],
            Self::Nhi3 => &["GV.SC", "ID.RA"],
            Self::Nhi4 | Self::Nhi5 | Self::Nhi7 => &["PR.AA"],
            Self::Nhi6 => &["PR.AA", "PR.PS"],
            Self::Nhi8 => &["PR.AA", "PR.IR"],
            Self::Nhi9 => &["ID.AM", "PR.AA"],
            Self::Nhi10 => &["GV.PO", "PR.AA"],
        }
    }
}

/// An item that an identity falls under, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concern {
    /// The item.
    pub item: Owasp,
    /// Why.
    pub reason: String,
}

/// Everything that is wrong with `identity`, in the order of the list.
pub(crate) fn concerns(identity: &Identity, policy: &Policy) -> Vec<Concern> {
    let found = [
        (Owasp::Nhi1, offboarding(identity)),
        (Owasp::Nhi2, Some(leakage(identity))),
        (Owasp::Nhi3, third_party(identity)),
        (Owasp::Nhi4, static_cloud_key(identity)),
        (Owasp::Nhi5, overprivileged(identity)),
        (Owasp::Nhi6, deployment(identity)),
        (Owasp::Nhi7, long_lived(identity, policy)),
        (Owasp::Nhi8, isolation(identity)),
        (Owasp::Nhi9, shared(identity)),
        (Owasp::Nhi10, human(identity)),
    ];
    let wrong = found.into_iter().filter_map(|(item, reason)| Some((item, reason?)));
    wrong.map(|(item, reason)| Concern { item, reason }).collect()
}

/// The categories of the framework that `concerns` touch, sorted.
pub(crate) fn nist(concerns: &[Concern]) -> Vec<String> {
    let all: BTreeSet<&str> =
        concerns.iter().flat_map(|concern| concern.item.nist()).copied().collect();
    all.into_iter().map(str::to_owned).collect()
}

fn offboarding(identity: &Identity) -> Option<String> {
    let owner = identity.owner.as_ref()?;
    let last = owner.last_commit.filter(|_| owner.active == Some(false))?;
    Some(format!("{} has not committed since {}", owner.name, last.0.day()))
}

fn leakage(identity: &Identity) -> String {
    let places = identity.places.len();
    match (identity.at_head, places) {
        (true, 1) => "stands in the code at HEAD".to_owned(),
        (true, _) => format!("stands in the code at HEAD, in {places} places in all"),
        (false, _) => "stands in the history, which every clone holds".to_owned(),
    }
}

fn third_party(identity: &Identity) -> Option<String> {
    let agent = identity.agents.iter().find(|agent| agent.endpoint.is_some())?;
    let endpoint = agent.endpoint.as_deref()?;
    Some(format!("handed to the MCP server {endpoint}, whose code is not in the repository"))
}

fn static_cloud_key(identity: &Identity) -> Option<String> {
    const CLOUDS: [(&str, &str); 5] = [
        ("aws", "roles for workloads (OIDC, IRSA)"),
        ("amazon", "roles for workloads (OIDC, IRSA)"),
        ("google", "workload identity federation"),
        ("azure", "managed identities and workload identity federation"),
        ("microsoft", "managed identities and workload identity federation"),
    ];
    let provider = identity.provider.to_lowercase();
    let (_, instead) = CLOUDS.iter().find(|(name, _)| provider.contains(name))?;
    let is_static = matches!(identity.kind.as_str(), "api-key" | "service-account" | "ci-cd")
        && identity.expiry == Expiry::Never;
    is_static.then(|| format!("a static key of {}, which {instead} replace", identity.provider))
}

fn overprivileged(identity: &Identity) -> Option<String> {
    const MARKS: [&str; 7] =
        ["admin", "root", "superuser", "owner", "master", "administrator", "cluster-admin"];
    let marked = |text: &str| words(text).into_iter().find(|word| MARKS.contains(&word.as_str()));
    let facts = ["scope", "scopes", "role", "user", "account", "admin"];
    let told = facts.iter().filter_map(|fact| Some((*fact, identity.decoded.get(*fact)?)));
    for (fact, value) in told {
        if value == "*" || value.contains(":*") {
            return Some(format!("its {fact} is a wildcard"));
        }
        if let Some(mark) = marked(value) {
            return Some(format!("its {fact} says {mark}"));
        }
    }
    let variables = identity.places.iter().filter_map(|place| place.variable.as_deref());
    let mark = variables.filter_map(marked).next()?;
    Some(format!("its variable says {mark}"))
}

fn deployment(identity: &Identity) -> Option<String> {
    let place = identity.places.iter().find(|place| is_deployment(place))?;
    Some(format!("stands in {}, which is deployed", place.path))
}

/// Whether a place is part of a deployment: infrastructure as code, a build, a container image.
fn is_deployment(place: &Place) -> bool {
    let path = place.path.as_str();
    let name = path.rsplit(['/', '!']).next().unwrap_or(path);
    let in_folder = |folder: &str| path.starts_with(folder) || path.contains(&format!("/{folder}"));
    let is_image = path.contains(".tar!") || path.contains("layer");
    name.starts_with("Dockerfile")
        || name.starts_with("docker-compose")
        || name.starts_with("compose.")
        || [".tf", ".tfvars", ".tfstate", ".bicep"].iter().any(|end| name.ends_with(end))
        || ["terraform/", "helm/", "charts/", "k8s/", "kubernetes/", "ansible/", "cloudformation/"]
            .iter()
            .any(|folder| in_folder(folder))
        || matches!(name, "serverless.yml" | "Pulumi.yaml" | "values.yaml" | "user-data")
        || is_build_file(path)
        || is_image
}

fn long_lived(identity: &Identity, policy: &Policy) -> Option<String> {
    let most = policy.max_age(&identity.kind);
    let age = identity.age_days.unwrap_or(0);
    if let Some(most) = most.filter(|most| age > *most) {
        return Some(format!("in use for {age} days, {most} are allowed"));
    }
    (identity.expiry == Expiry::Never).then(|| "does not expire".to_owned())
}

fn isolation(identity: &Identity) -> Option<String> {
    let environments = &identity.reuse.environments;
    (environments.len() > 1).then(|| format!("the same value serves {}", listed(environments)))
}

fn shared(identity: &Identity) -> Option<String> {
    match (identity.services.len(), identity.reuse.repositories) {
        (2.., _) => Some(format!("used by {}", identity.services.join(", "))),
        (_, 2..) => Some(format!("used in {} repositories", identity.reuse.repositories)),
        _ => None,
    }
}

fn human(identity: &Identity) -> Option<String> {
    let rule = words(&identity.rule);
    let is_personal = rule.iter().any(|word| word == "personal")
        || words(&identity.title).iter().any(|word| word == "personal");
    let machine = identity.places.iter().find(|place| is_deployment(place));
    match (is_personal, machine, identity.agents.first()) {
        (true, Some(place), _) => {
            Some(format!("a person's token, used by a machine in {}", place.path))
        }
        (true, None, Some(agent)) => Some(format!("a person's token, handed to {}", agent.agent)),
        _ => None,
    }
}
