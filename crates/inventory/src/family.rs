//! The six families by which the field sorts non-human identities.

use serde::{Deserialize, Serialize};
use tightlip_model::Kind;

use crate::sighting::Sighting;

/// A family of non-human identities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// Logins of programs: cloud service accounts, database and broker users.
    ServiceAccount,
    /// Static keys of programming interfaces, webhooks included.
    ApiKey,
    /// Tokens of OAuth flows, personal and session tokens.
    OauthToken,
    /// Certificates, private keys, signing secrets, passwords of no known use.
    CertificateOrSecret,
    /// Credentials of build and deployment systems.
    CiCdCredential,
    /// Credentials of AI agents, model providers and MCP servers.
    AiAgentIdentity,
}

impl Family {
    /// Every family, in the order of the reports.
    pub const ALL: &[Self] = &[
        Self::ServiceAccount,
        Self::ApiKey,
        Self::OauthToken,
        Self::CertificateOrSecret,
        Self::CiCdCredential,
        Self::AiAgentIdentity,
    ];

    /// What it is called in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ServiceAccount => "service account",
            Self::ApiKey => "API key",
            Self::OauthToken => "OAuth token",
            Self::CertificateOrSecret => "certificate or secret",
            Self::CiCdCredential => "CI/CD credential",
            Self::AiAgentIdentity => "AI-agent identity",
        }
    }

    /// The family of what was sighted: a key that an agent's settings hold is the agent's, one in the
    /// settings of a build is the build's, whatever it opens.
    #[must_use]
    pub fn of(sighting: &Sighting) -> Self {
        if sighting.agent.is_some() {
            return Self::AiAgentIdentity;
        }
        match sighting.kind {
            Kind::AiAgent => Self::AiAgentIdentity,
            Kind::CiCd => Self::CiCdCredential,
            _ if is_build_file(&sighting.path) => Self::CiCdCredential,
            Kind::ServiceAccount | Kind::Database => Self::ServiceAccount,
            Kind::Password if opens_service(sighting) => Self::ServiceAccount,
            Kind::ApiKey | Kind::Webhook => Self::ApiKey,
            Kind::OauthToken | Kind::Session => Self::OauthToken,
            Kind::PrivateKey | Kind::Certificate | Kind::SigningSecret | Kind::Password => {
                Self::CertificateOrSecret
            }
        }
    }
}

/// Schemes of addresses at which programs log in: databases, caches, brokers, directories.
const SERVICE_SCHEMES: &[&str] = &[
    "amqp",
    "amqps",
    "clickhouse",
    "couchdb",
    "jdbc",
    "kafka",
    "ldap",
    "ldaps",
    "mariadb",
    "mongodb",
    "mongodb+srv",
    "mqtt",
    "mqtts",
    "mssql",
    "mysql",
    "mysql2",
    "nats",
    "neo4j",
    "oracle",
    "pgsql",
    "postgis",
    "postgres",
    "postgresql",
    "redis",
    "rediss",
    "smtp",
    "smtps",
    "sqlserver",
];

/// Whether the address that holds the password is one of a database or the like.
fn opens_service(sighting: &Sighting) -> bool {
    let scheme = sighting.decoded.get("scheme").map(|scheme| scheme.to_ascii_lowercase());
    scheme.is_some_and(|scheme| {
        let driver = scheme.split('+').next().unwrap_or_default();
        SERVICE_SCHEMES.contains(&&*scheme) || SERVICE_SCHEMES.contains(&driver)
    })
}

/// Whether the file tells a build or deployment system what to do.
#[must_use]
pub(crate) fn is_build_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    path.contains(".github/workflows/")
        || path.contains(".circleci/")
        || path.contains(".buildkite/")
        || matches!(
            name,
            ".gitlab-ci.yml"
                | "Jenkinsfile"
                | "azure-pipelines.yml"
                | ".travis.yml"
                | "bitbucket-pipelines.yml"
                | "cloudbuild.yaml"
                | ".drone.yml"
                | "appveyor.yml"
        )
}
