//! What a build service says about the change it builds: which revision it is to be compared with.
//!
//! Owns: the variables of each service. Leaves to others: the environment itself and the repository,
//! which are handed in. Every value is hostile: a branch can be called anything.

use anyhow::{Context as _, bail};
use serde_json::Value;

use crate::place::read_file;

/// Stands for "nothing yet": what services call the revision before a first push.
const ZEROS: &str = "0000000000000000000000000000000000000000";
/// Bytes that the description of an event may have.
const LONGEST_EVENT: u64 = 64 << 20;

/// Where a change is looked for.
pub(crate) struct Surroundings<'a> {
    /// A variable of the environment; `None` when it is empty.
    pub(crate) variable: &'a dyn Fn(&str) -> Option<String>,
    /// The id of the commit that a revision leads to, if the clone holds it.
    pub(crate) commit: &'a dyn Fn(&str) -> Option<String>,
}

/// A change: from where to where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Change {
    /// The revision it is to be compared with; all zeros for everything.
    pub(crate) base: String,
    /// The revision that brings it, where that is not what is checked out.
    pub(crate) head: Option<String>,
    /// How deep a clone must be to hold all of it.
    pub(crate) depth: Option<u64>,
    /// What the base is, in words.
    pub(crate) why: String,
}

/// What a service says.
#[derive(Debug, Default)]
struct Said {
    /// The commit that a proposed change is for.
    target: Option<String>,
    /// The branch that a proposed change is for.
    target_branch: Option<String>,
    /// What the pushed branch was before.
    before: Option<String>,
    /// The branch that others start from.
    default_branch: Option<String>,
    /// The commit that brings the change, where that is not what is checked out.
    head: Option<String>,
    /// How many commits the change has.
    commits: Option<u64>,
}

type Reader = fn(&Surroundings<'_>) -> anyhow::Result<Said>;

/// Every service that is known: its name, the variable that gives it away, and what it says.
const SERVICES: &[(&str, &str, Reader)] = &[
    ("GitHub", "GITHUB_ACTIONS", github),
    ("GitLab", "GITLAB_CI", gitlab),
    ("Bitbucket", "BITBUCKET_BUILD_NUMBER", bitbucket),
    ("Azure Pipelines", "TF_BUILD", azure),
    ("CircleCI", "CIRCLECI", nothing),
    ("Buildkite", "BUILDKITE", buildkite),
    ("Jenkins", "JENKINS_URL", jenkins),
];

/// Whether a revision is the one that stands for "nothing yet".
pub(crate) fn is_zeros(revision: &str) -> bool {
    revision.len() >= ZEROS.len() && revision.bytes().all(|digit| digit == b'0')
}

/// The change that is checked out, as the environment tells of it.
///
/// # Errors
/// When nothing says what it is to be compared with.
pub(crate) fn change(around: &Surroundings<'_>) -> anyhow::Result<Change> {
    if let Some(base) = (around.variable)("TIGHTLIP_BASE") {
        let why = format!("`{base}`, which `TIGHTLIP_BASE` names");
        return Ok(Change { base, why, ..Change::default() });
    }
    let service = SERVICES.iter().find(|(_, mark, _)| (around.variable)(mark).is_some());
    let (name, said) = match service {
        Some((name, _, read)) => (*name, read(around).with_context(|| format!("on {name}"))?),
        None => ("origin", Said::default()),
    };
    let depth = said.commits.map(|commits| commits.saturating_add(2));
    let head = said.head.clone();
    let (base, why) = base(around, name, said)?;
    Ok(Change { base, head, depth, why })
}

fn base(around: &Surroundings<'_>, name: &str, said: Said) -> anyhow::Result<(String, String)> {
    // A target that the clone lacks is an error of the scan: nothing else may stand in for it.
    if let Some(target) = said.target {
        let why = format!("`{target}`, the target that {name} names");
        return Ok((target, why));
    }
    if let Some(branch) = said.target_branch {
        let Some((base, _)) = branch_tip(around, &branch) else {
            bail!(
                "the clone lacks the target branch `{branch}` that {name} names: fetch it (`git fetch \
                 origin`), or name the base"
            );
        };
        let why = format!("`{base}`, the target branch that {name} names");
        return Ok((base, why));
    }
    let is_push = said.before.is_some();
    let before = said.before.filter(|before| !is_zeros(before));
    if let Some(before) = &before
        && (around.commit)(before).is_some()
    {
        return Ok((before.clone(), format!("`{before}`, what {name} says was there before")));
    }
    let lost = match &before {
        Some(before) => format!(" (`{before}` from before the push is not in the clone: forced?)"),
        None => String::new(),
    };
    if let Some(base) = default_base(around, said.default_branch.as_deref()) {
        let why = format!("`{base}`, the default branch{lost}");
        return Ok((base, why));
    }
    if is_push {
        return Ok((ZEROS.to_owned(), format!("nothing: all commits are new{lost}")));
    }
    bail!("cannot tell what the change is to be compared with: name it, `tightlip diff BASE`")
}

/// The default branch, unless it is what is checked out itself.
fn default_base(around: &Surroundings<'_>, name: Option<&str>) -> Option<String> {
    let head = (around.commit)("HEAD");
    let is_other = |found: &(String, String)| Some(&found.1) != head.as_ref();
    let usual = || {
        let names =
            ["refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master"];
        let mut tips =
            names.iter().filter_map(|one| Some(((*one).to_owned(), (around.commit)(one)?)));
        tips.find(is_other)
    };
    let found = name.map_or_else(usual, |name| branch_tip(around, name));
    found.filter(is_other).map(|(revision, _)| revision)
}

/// A branch as the clone holds it: the remote's, or else its own.
fn branch_tip(around: &Surroundings<'_>, branch: &str) -> Option<(String, String)> {
    let name = branch.strip_prefix("refs/heads/").unwrap_or(branch);
    let names = [format!("refs/remotes/origin/{name}"), format!("refs/heads/{name}")];
    names.into_iter().find_map(|name| (around.commit)(&name).map(|id| (name, id)))
}

fn github(around: &Surroundings<'_>) -> anyhow::Result<Said> {
    let Some(file) = (around.variable)("GITHUB_EVENT_PATH") else {
        let target_branch = (around.variable)("GITHUB_BASE_REF");
        return Ok(Said { target_branch, ..Said::default() });
    };
    let event: Value = serde_json::from_str(&read_file(file.as_ref(), LONGEST_EVENT)?)
        .map_err(|error| anyhow::anyhow!("`{file}` is no event, at line {}", error.line()))?;
    let text = |pointer: &str| {
        let text = event.pointer(pointer).and_then(Value::as_str);
        text.filter(|text| !text.is_empty()).map(str::to_owned)
    };
    // On this event HEAD is the target, not what the request brings.
    let is_on_target =
        (around.variable)("GITHUB_EVENT_NAME").is_some_and(|name| name == "pull_request_target");
    Ok(Said {
        target: text("/pull_request/base/sha").or_else(|| text("/merge_group/base_sha")),
        target_branch: None,
        before: text("/before"),
        default_branch: text("/repository/default_branch"),
        head: text("/pull_request/head/sha").filter(|_| is_on_target),
        commits: event.pointer("/pull_request/commits").and_then(Value::as_u64),
    })
}

fn gitlab(around: &Surroundings<'_>) -> anyhow::Result<Said> {
    let target = (around.variable)("CI_MERGE_REQUEST_TARGET_BRANCH_SHA");
    Ok(Said {
        target: target.or_else(|| (around.variable)("CI_MERGE_REQUEST_DIFF_BASE_SHA")),
        target_branch: (around.variable)("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"),
        before: (around.variable)("CI_COMMIT_BEFORE_SHA"),
        default_branch: (around.variable)("CI_DEFAULT_BRANCH"),
        ..Said::default()
    })
}

fn bitbucket(around: &Surroundings<'_>) -> anyhow::Result<Said> {
    Ok(Said {
        target: (around.variable)("BITBUCKET_PR_DESTINATION_COMMIT"),
        target_branch: (around.variable)("BITBUCKET_PR_DESTINATION_BRANCH"),
        ..Said::default()
    })
}

fn azure(around: &Surroundings<'_>) -> anyhow::Result<Said> {
    let target_branch = (around.variable)("SYSTEM_PULLREQUEST_TARGETBRANCH");
    Ok(Said { target_branch, ..Said::default() })
}

fn buildkite(around: &Surroundings<'_>) -> anyhow::Result<Said> {
    Ok(Said {
        target_branch: (around.variable)("BUILDKITE_PULL_REQUEST_BASE_BRANCH"),
        default_branch: (around.variable)("BUILDKITE_PIPELINE_DEFAULT_BRANCH"),
        ..Said::default()
    })
}

fn jenkins(around: &Surroundings<'_>) -> anyhow::Result<Said> {
    let before = (around.variable)("GIT_PREVIOUS_SUCCESSFUL_COMMIT");
    Ok(Said {
        target_branch: (around.variable)("CHANGE_TARGET"),
        before: before.or_else(|| (around.variable)("GIT_PREVIOUS_COMMIT")),
        ..Said::default()
    })
}

/// A service that says nothing of a base: the default branch stands in.
fn nothing(_: &Surroundings<'_>) -> anyhow::Result<Said> {
    Ok(Said::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELD: &[(&str, &str)] = &[
        ("HEAD", "h"),
        ("a1", "a1"),
        ("refs/remotes/origin/main", "m"),
        ("refs/remotes/origin/release", "r"),
        ("refs/heads/local", "l"),
    ];

    fn found(variables: &[(&str, &str)]) -> anyhow::Result<Change> {
        let look = |all: &[(&str, &str)], name: &str| {
            all.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        };
        let variable = |name: &str| look(variables, name);
        let commit = |revision: &str| look(HELD, revision);
        change(&Surroundings { variable: &variable, commit: &commit })
    }

    fn base(variables: &[(&str, &str)]) -> String {
        found(variables).unwrap().base
    }

    #[test]
    fn each_service_names_the_target_of_a_proposed_change() {
        let main = "refs/remotes/origin/main";
        for (variables, wanted) in [
            (vec![("GITLAB_CI", "true"), ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "a1")], "a1"),
            (
                vec![("BITBUCKET_BUILD_NUMBER", "7"), ("BITBUCKET_PR_DESTINATION_COMMIT", "a1")],
                "a1",
            ),
            (
                vec![("BITBUCKET_BUILD_NUMBER", "7"), ("BITBUCKET_PR_DESTINATION_BRANCH", "main")],
                main,
            ),
            (
                vec![("TF_BUILD", "True"), ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main")],
                main,
            ),
            (vec![("BUILDKITE", "true"), ("BUILDKITE_PULL_REQUEST_BASE_BRANCH", "main")], main),
            (
                vec![("JENKINS_URL", "https://ci.example"), ("CHANGE_TARGET", "release")],
                "refs/remotes/origin/release",
            ),
            (vec![("CIRCLECI", "true")], main),
            (vec![("GITHUB_ACTIONS", "true"), ("GITHUB_BASE_REF", "local")], "refs/heads/local"),
            (vec![("CIRCLECI", "true"), ("TIGHTLIP_BASE", "x")], "x"),
            (vec![], main),
        ] {
            assert_eq!(base(&variables), wanted, "{variables:?}");
        }
    }

    #[test]
    fn a_first_or_forced_push_is_compared_with_the_default_branch_or_with_nothing() {
        let before = |before, branch| {
            base(&[
                ("GITLAB_CI", "1"),
                ("CI_COMMIT_BEFORE_SHA", before),
                ("CI_DEFAULT_BRANCH", branch),
            ])
        };
        assert_eq!(before("a1", "main"), "a1");
        assert_eq!(before(ZEROS, "main"), "refs/remotes/origin/main");
        assert_eq!(before("gone", "main"), "refs/remotes/origin/main");
        assert_eq!(before("gone", "no-such-branch"), ZEROS);
    }

    #[test]
    fn a_target_that_is_not_there_is_never_replaced() {
        let gone = [("GITLAB_CI", "1"), ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "gone")];
        assert_eq!(base(&gone), "gone");
        let gone = [("TF_BUILD", "1"), ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/gone")];
        assert!(found(&gone).unwrap_err().to_string().contains("fetch it"));
    }

    #[test]
    fn the_event_of_github_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("event.json");
        let event = r#"{"pull_request":{"base":{"sha":"a1"},"head":{"sha":"b2"},"commits":12}}"#;
        std::fs::write(&file, event).unwrap();
        let path = file.to_str().unwrap();
        let all = [
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_EVENT_PATH", path),
            ("GITHUB_EVENT_NAME", "pull_request_target"),
        ];
        let change = found(&all).unwrap();
        assert_eq!((change.base.as_str(), change.head.as_deref()), ("a1", Some("b2")));
        assert_eq!(change.depth, Some(14));
        assert_eq!(found(&all[..2]).unwrap().head, None);
    }
}
