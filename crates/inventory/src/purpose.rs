//! What a credential is for: the service that holds it, told from its path, and what it opens, told
//! from its variable.

use std::collections::BTreeMap;

use crate::environment::words;

/// Folders whose children are services.
const SERVICE_FOLDERS: &[&str] = &[
    "services",
    "service",
    "apps",
    "app",
    "packages",
    "cmd",
    "functions",
    "lambdas",
    "microservices",
    "modules",
    "charts",
    "deployments",
    "projects",
    "workers",
    "jobs",
    "plugins",
    "stacks",
    "roles",
];
/// Words of a variable that say nothing of its use.
const EMPTY_WORDS: &[&str] = &[
    "key",
    "keys",
    "secret",
    "secrets",
    "token",
    "tokens",
    "password",
    "passwd",
    "pwd",
    "pass",
    "api",
    "access",
    "auth",
    "id",
    "client",
    "private",
    "public",
    "credential",
    "credentials",
    "value",
    "my",
    "the",
    "new",
    "old",
    "default",
    "env",
    "prod",
    "production",
    "live",
    "test",
    "dev",
    "staging",
    "authorization",
    "bearer",
    "url",
    "uri",
    "dsn",
    "cert",
    "certificate",
    "config",
    "next",
    "react",
    "vite",
    "app",
    "x",
    "header",
    "headers",
    "data",
    "string",
];

/// The service that a file at `path` belongs to: the folder below `services/` and the like, or the
/// workflow, or the machine that the file describes.
#[must_use]
pub(crate) fn service(path: &str) -> Option<String> {
    let path = path.split('!').next().unwrap_or(path);
    let mut parts: Vec<&str> = path.split('/').collect();
    let file = parts.pop()?;
    let stem = file.split('.').next().filter(|stem| !stem.is_empty());
    if parts.ends_with(&[".github", "workflows"]) {
        return stem.map(|stem| format!("workflow {stem}"));
    }
    if matches!(file, ".gitlab-ci.yml" | "Jenkinsfile" | "azure-pipelines.yml" | ".travis.yml") {
        return Some("build".to_owned());
    }
    let folders = parts.iter().zip(parts.iter().skip(1));
    let below = folders.rev().find(|(folder, _)| SERVICE_FOLDERS.contains(folder));
    below.map(|(_, service)| (*service).to_owned())
}

/// What the variable says that the credential opens: its words without those that every secret has.
#[must_use]
pub(crate) fn subject(variable: &str) -> Option<String> {
    let words: Vec<String> = words(variable)
        .into_iter()
        .filter(|word| !EMPTY_WORDS.contains(&word.as_str()) && word.len() > 1)
        .filter(|word| !word.chars().all(|c| c.is_ascii_digit()))
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// What a place says of the purpose of its credential.
#[must_use]
pub(crate) fn of(path: &str, variable: Option<&str>) -> Option<String> {
    match (variable.and_then(subject), service(path)) {
        (Some(subject), Some(service)) => Some(format!("{subject} for {service}")),
        (subject, service) => subject.or(service),
    }
}

/// What an address with a login opens.
#[must_use]
pub(crate) fn of_address(decoded: &BTreeMap<String, String>) -> Option<String> {
    let (scheme, host) = (decoded.get("scheme")?, decoded.get("host")?);
    Some(format!("{scheme} at {host}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_and_variable_tell_what_a_credential_is_for() {
        let of = |path, variable| of(path, variable);
        assert_eq!(
            of("services/billing/.env", Some("STRIPE_SECRET_KEY")).as_deref(),
            Some("stripe for billing")
        );
        assert_eq!(
            of(".github/workflows/deploy.yml", Some("token")).as_deref(),
            Some("workflow deploy")
        );
        assert_eq!(of("a.txt", Some("API_KEY")), None);
        assert_eq!(of("mono/apps/web/src/a.ts", None).as_deref(), Some("web"));
    }
}
