//! How urgent an identity is: points from 0 to 100, each with its reason, for an order in which to
//! rotate. The weights are judgement, not measurement; they are all here.

use serde::{Deserialize, Serialize};
use tightlip_model::Timestamp;

use crate::environment::Environment;
use crate::identity::{Expiry, Identity};

/// The most points there are.
const MOST: i32 = 100;

/// How urgent an identity is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Risk {
    /// From 0 to 100: the sum of the parts, cut to that range.
    pub score: u8,
    /// What counted.
    pub parts: Vec<RiskPart>,
}

/// One reason for points, or against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskPart {
    /// How many points.
    pub points: i32,
    /// Why.
    pub reason: String,
}

impl Risk {
    /// The risk of `identity` at the time `now`.
    pub(crate) fn of(identity: &Identity, now: Timestamp) -> Self {
        let all = [
            severity(identity),
            proof(identity),
            hold(identity),
            exposure(identity),
            environment(identity),
            expiry(identity, now),
            reuse(identity),
            owner(identity),
            agent(identity),
            accepted(identity),
        ];
        let parts: Vec<RiskPart> = all
            .into_iter()
            .filter(|(points, _)| *points != 0)
            .map(|(points, reason)| RiskPart { points, reason })
            .collect();
        let sum: i32 = parts.iter().map(|part| part.points).sum();
        Self { score: u8::try_from(sum.clamp(0, MOST)).unwrap_or(0), parts }
    }
}

type Points = (i32, String);

fn severity(identity: &Identity) -> Points {
    let points = match identity.severity.as_str() {
        "critical" => 38,
        "high" => 28,
        "medium" => 16,
        "low" => 6,
        _ => 0,
    };
    (points, format!("a leak is of {} severity", identity.severity))
}

fn proof(identity: &Identity) -> Points {
    let points = match (identity.proof.as_str(), identity.confidence.as_str()) {
        ("live" | "checksum" | "parsed", _) => 12,
        (_, "high") => 8,
        (_, "medium") => 4,
        _ => 0,
    };
    (points, format!("believed by its {}, with {} confidence", identity.proof, identity.confidence))
}

fn hold(identity: &Identity) -> Points {
    let firmest = identity.places.iter().filter_map(|place| place.reach.as_deref());
    let rank = |reach: &str| match reach {
        "head" => 15,
        "ref" => 9,
        "stash" => 4,
        _ => 2,
    };
    let best = firmest.max_by_key(|reach| rank(reach)).unwrap_or("head");
    let reason = match best {
        "head" => "still at HEAD".to_owned(),
        "ref" => "in the history that every clone holds".to_owned(),
        other => format!("held only by {other}"),
    };
    (rank(best), reason)
}

fn exposure(identity: &Identity) -> Points {
    let Some(days) = identity.exposure_days else { return (0, String::new()) };
    let points = match days {
        365.. => 10,
        90.. => 7,
        30.. => 4,
        5.. => 2,
        _ => 0,
    };
    (points, format!("exposed for {days} days"))
}

fn environment(identity: &Identity) -> Points {
    match identity.environment {
        Environment::Production => (10, "serves production".to_owned()),
        Environment::Staging => (3, "serves staging".to_owned()),
        Environment::Development => (-5, "serves development".to_owned()),
        Environment::Test => (-15, "serves tests".to_owned()),
        Environment::Unknown => (0, String::new()),
    }
}

fn expiry(identity: &Identity, now: Timestamp) -> Points {
    match identity.expiry {
        Expiry::At(end) if end.0 < now => (-30, format!("expired on {}", end.0.day())),
        Expiry::Never => (5, "does not expire by itself".to_owned()),
        Expiry::At(_) | Expiry::Unknown => (0, String::new()),
    }
}

fn reuse(identity: &Identity) -> Points {
    let reuse = &identity.reuse;
    match (reuse.repositories, reuse.files) {
        (2.., _) => (6, format!("used in {} repositories", reuse.repositories)),
        (_, 2..) => (3, format!("used in {} files", reuse.files)),
        _ => (0, String::new()),
    }
}

fn owner(identity: &Identity) -> Points {
    match &identity.owner {
        None => (4, "has no owner".to_owned()),
        Some(owner) if owner.active == Some(false) => (5, "its owner is gone".to_owned()),
        Some(_) => (0, String::new()),
    }
}

fn agent(identity: &Identity) -> Points {
    match identity.agents.first() {
        Some(agent) => (3, format!("handed to an AI agent ({})", agent.agent)),
        None => (0, String::new()),
    }
}

fn accepted(identity: &Identity) -> Points {
    match identity.accepted {
        true => (-10, "accepted by the baseline".to_owned()),
        false => (0, String::new()),
    }
}
