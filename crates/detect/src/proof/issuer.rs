//! Whose token it is: the provider behind the issuer that a JSON web token names.
//!
//! Owns: the issuers that providers document. Leaves to others: reading the claim.

/// How an issuer is recognised.
enum Mark {
    /// The whole issuer is this text.
    Is(&'static str),
    /// The issuer is a URL of this host.
    Host(&'static str),
    /// The issuer is a URL of a host under this domain.
    Domain(&'static str),
    /// The issuer holds this text.
    Holds(&'static str),
}
use Mark::{Domain, Holds, Host, Is};

/// Issuers and their providers; the first that fits counts.
const ISSUERS: &[(Mark, &str)] = &[
    (Host("accounts.google.com"), "Google"),
    (Host("securetoken.google.com"), "Firebase"),
    (Host("session.firebase.google.com"), "Firebase"),
    (Host("cloud.google.com"), "Google Cloud"),
    (Domain("iam.gserviceaccount.com"), "Google Cloud"),
    (Host("container.googleapis.com"), "Google Kubernetes Engine"),
    (Host("sts.windows.net"), "Microsoft Entra ID"),
    (Host("login.microsoftonline.com"), "Microsoft Entra ID"),
    (Host("api.botframework.com"), "Microsoft Bot Framework"),
    (Domain("b2clogin.com"), "Microsoft Entra External ID"),
    (Domain("ciamlogin.com"), "Microsoft Entra External ID"),
    (Domain("amazonaws.com"), "AWS"),
    (Domain("auth0.com"), "Auth0"),
    (Domain("okta.com"), "Okta"),
    (Domain("oktapreview.com"), "Okta"),
    (Domain("okta-emea.com"), "Okta"),
    (Domain("onelogin.com"), "OneLogin"),
    (Host("auth.pingone.com"), "PingOne"),
    (Host("token.actions.githubusercontent.com"), "GitHub Actions"),
    (Host("gitlab.com"), "GitLab"),
    (Host("iam.cloud.ibm.com"), "IBM Cloud"),
    (Host("iam.test.cloud.ibm.com"), "IBM Cloud"),
    (Domain("supabase.co"), "Supabase"),
    (Is("supabase"), "Supabase"),
    (Is("supabase-demo"), "Supabase"),
    (Is("kubernetes/serviceaccount"), "Kubernetes"),
    (Domain("svc.cluster.local"), "Kubernetes"),
    (Domain("svc"), "Kubernetes"),
    (Host("oidc.vercel.com"), "Vercel"),
    (Host("auth.openai.com"), "OpenAI"),
    (Host("oidc.circleci.com"), "CircleCI"),
    (Host("agent.buildkite.com"), "Buildkite"),
    (Host("app.terraform.io"), "HCP Terraform"),
    (Host("appleid.apple.com"), "Apple"),
    (Host("token.pipelines.bitbucket.org"), "Bitbucket Pipelines"),
    (Host("api.bitbucket.org"), "Bitbucket"),
    (Domain("clerk.accounts.dev"), "Clerk"),
    (Host("api.workos.com"), "WorkOS"),
    (Host("api.descope.com"), "Descope"),
    (Host("sso.redhat.com"), "Red Hat"),
    (Domain("oraclecloud.com"), "Oracle Cloud"),
    (Is("authService.oracle.com"), "Oracle Cloud"),
    (Domain("zitadel.cloud"), "ZITADEL"),
    (Domain("cloudflareaccess.com"), "Cloudflare Access"),
    (Domain("salesforce.com"), "Salesforce"),
    (Domain("authentication.sap.hana.ondemand.com"), "SAP"),
    (Domain("snowflakecomputing.com"), "Snowflake"),
    (Domain("databricks.com"), "Databricks"),
    (Domain("fly.io"), "Fly.io"),
    (Domain("livekit.cloud"), "LiveKit"),
    (Is("n8n"), "n8n"),
    (Is("steam"), "Steam"),
    (Holds("jfac@"), "JFrog"),
    (Holds("jffe@"), "JFrog"),
    (Holds("/realms/"), "Keycloak"),
];

/// The provider behind an issuer; `None` for one that no list knows.
pub(super) fn provider(issuer: &str) -> Option<&'static str> {
    let host = host(issuer);
    let fits = |mark: &Mark| match mark {
        Is(whole) => issuer == *whole,
        Host(name) => host == Some(*name),
        Domain(name) => host.is_some_and(|host| is_under(host, name)),
        Holds(part) => issuer.contains(part),
    };
    ISSUERS.iter().find(|(mark, _)| fits(mark)).map(|(_, provider)| *provider)
}

/// The host of a URL, without user and port; also of an issuer that is a host or a mail address.
fn host(issuer: &str) -> Option<&str> {
    let rest = issuer.split_once("://").map_or(issuer, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    host.split(':').next()
}

fn is_under(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_under_a_domain_belong_to_its_owner() {
        assert_eq!(provider("https://acme.eu.auth0.com/"), Some("Auth0"));
        assert_eq!(
            provider("https://login.microsoftonline.com/t/v2.0"),
            Some("Microsoft Entra ID")
        );
        assert_eq!(provider("robot@p.iam.gserviceaccount.com"), Some("Google Cloud"));
        assert_eq!(provider("https://kubernetes.default.svc"), Some("Kubernetes"));
        assert_eq!(provider("jfac@01a/users/x"), Some("JFrog"));
        assert_eq!(provider("https://sso.acme.test/realms/main"), Some("Keycloak"));
    }

    #[test]
    fn a_host_that_only_ends_alike_does_not() {
        assert_eq!(provider("https://notauth0.com/"), None);
        assert_eq!(provider("https://auth0.com.evil.test/"), None);
        assert_eq!(provider("https://gitlab.com@evil.test/"), None);
        assert_eq!(provider(""), None);
    }
}
