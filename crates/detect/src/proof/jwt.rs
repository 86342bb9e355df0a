//! JSON web tokens: header and claims in clear, signed or encrypted. Also those that Kubernetes
//! issues to service accounts and GitHub to its apps.

use serde_json::Value;
use tightlip_model::Severity;

use super::claims::{self, Member, Reading};
use super::{Entry, Now, Proven, Test, issuer, text};

pub(super) const JWT: Entry = Entry { name: "jwt", test: Test::Structure(check) };
pub(super) const KUBERNETES: Entry =
    Entry { name: "kubernetes-service-account", test: Test::Structure(check_kubernetes) };
pub(super) const GITHUB_APP: Entry =
    Entry { name: "github-app-jwt", test: Test::Structure(check_github_app) };

const HEADER: &[Member] =
    &[("/alg", "algorithm", Reading::Text), ("/kid", "key_id", Reading::Text)];
const CLAIMS: &[Member] = &[
    ("/iss", "issuer", Reading::Text),
    ("/sub", "subject", Reading::Text),
    ("/aud", "audience", Reading::Text),
    ("/email", "account", Reading::Text),
    ("/tid", "tenant", Reading::Text),
    ("/appid", "app_id", Reading::Text),
    ("/azp", "authorized_party", Reading::Text),
    ("/ref", "project", Reading::Text),
    ("/role", "role", Reading::Text),
    ("/scope", "scope", Reading::Text),
    ("/scp", "scope", Reading::Text),
    ("/iat", "issued_at", Reading::Time),
    ("/exp", "expires_at", Reading::Expiry),
];
const LEGACY_ACCOUNT: &[Member] = &[
    ("/kubernetes.io~1serviceaccount~1namespace", "namespace", Reading::Text),
    ("/kubernetes.io~1serviceaccount~1service-account.name", "service_account", Reading::Text),
    ("/kubernetes.io~1serviceaccount~1secret.name", "secret_name", Reading::Text),
];
const BOUND_ACCOUNT: &[Member] = &[
    ("/kubernetes.io/namespace", "namespace", Reading::Text),
    ("/kubernetes.io/serviceaccount/name", "service_account", Reading::Text),
    ("/kubernetes.io/pod/name", "pod", Reading::Text),
];

/// What a token says, once decoded.
enum Decoded {
    Signed { header: Value, claims: Value },
    Encrypted { header: Value },
}

fn check(token: &[u8], now: Now) -> Proven {
    match decode(token) {
        Ok(Decoded::Encrypted { header }) => claims::add(Proven::parsed(), &header, HEADER, now),
        Ok(Decoded::Signed { header, claims }) => judge(&header, &claims, now),
        Err(reason) => Proven::unsure(reason),
    }
}

fn judge(header: &Value, claims: &Value, now: Now) -> Proven {
    if is_textbook(claims) {
        return Proven::unsure("its claims are those of a well-known example");
    }
    let mut proven = claims::add(Proven::parsed(), header, HEADER, now);
    proven = claims::add(proven, claims, CLAIMS, now);
    let issued_by = claims.get("iss").and_then(Value::as_str).and_then(issuer::provider);
    proven = proven.fact("provider", issued_by.unwrap_or_default());
    let unsigned = header.get("alg").and_then(Value::as_str) == Some("none");
    let public = claims.get("role").and_then(Value::as_str) == Some("anon");
    match (public, unsigned) {
        (true, _) => proven.at_most(Severity::Info),
        (false, true) => proven.at_most(Severity::Low),
        (false, false) => proven,
    }
}

/// The claims every introduction to the format shows.
fn is_textbook(claims: &Value) -> bool {
    let is = |key: &str, text: &str| claims.get(key).and_then(Value::as_str) == Some(text);
    is("sub", "1234567890") || is("name", "John Doe")
}

/// Reads the first token in `text`, which may begin with another prefix.
fn decode(text: &[u8]) -> Result<Decoded, &'static str> {
    let start = [&b"eyJ"[..], b"ewo", b"eyA"].iter().filter_map(|one| text::find(text, one)).min();
    let token = text.get(start.unwrap_or(0)..).unwrap_or_default();
    let mut parts = token.split(|&byte| byte == b'.');
    let header = parts.next().and_then(claims::decode).ok_or("its header is not JSON")?;
    if header.get("alg").is_none() {
        return Err("its header names no algorithm");
    }
    if header.get("enc").is_some() {
        return Ok(Decoded::Encrypted { header });
    }
    let claims = parts.next().and_then(claims::decode).ok_or("its claims are not JSON")?;
    Ok(Decoded::Signed { header, claims })
}

fn check_kubernetes(token: &[u8], now: Now) -> Proven {
    let Ok(Decoded::Signed { header, claims }) = decode(token) else {
        return check(token, now);
    };
    let proven = judge(&header, &claims, now);
    let facts = proven.facts.len();
    let proven = claims::add(proven, &claims, LEGACY_ACCOUNT, now);
    let proven = claims::add(proven, &claims, BOUND_ACCOUNT, now);
    if proven.facts.len() == facts {
        return Proven::unsure("its claims name no service account");
    }
    proven
}

fn check_github_app(token: &[u8], now: Now) -> Proven {
    let app = token.strip_prefix(b"ghs_").and_then(|rest| rest.split(|&byte| byte == b'_').next());
    let app = app.filter(|app| app.iter().all(u8::is_ascii_digit)).and_then(text::printable);
    check(token, now).fact("app_id", app.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::{Verdict, radix, vectors};
    use tightlip_model::{Proof, Severity};

    fn token(header: &str, claims: &str) -> Vec<u8> {
        let part = |json: &str| radix::encode(json.as_bytes(), radix::URL_SAFE);
        [&part(header)[..], b".", &part(claims), b".", &[b'x'; 43]].concat()
    }

    fn severity(token: &[u8]) -> Option<Severity> {
        super::super::lookup("jwt").expect("registered").check(token, vectors::NOW).severity
    }

    const HEADER: &str = r#"{"alg":"RS256","typ":"JWT","kid":"k1"}"#;

    #[test]
    fn header_and_claims_become_facts_in_a_fixed_order() {
        let claims = r#"{"exp":1750000100,"aud":["a","b"],"sub":"robot","iss":"https://id.test","iat":1.75e9}"#;
        let token = token(HEADER, claims);
        assert_eq!(vectors::verdict("jwt", &token), Verdict::Holds(Proof::Parsed));
        let expected = [
            "algorithm=RS256",
            "key_id=k1",
            "issuer=https://id.test",
            "subject=robot",
            "audience=a, b",
            "issued_at=2025-06-15T15:06:40Z",
            "expires_at=2025-06-15T15:08:20Z",
        ];
        assert_eq!(vectors::facts("jwt", &token), expected);
        assert_eq!(severity(&token), None);
        vectors::survive("jwt", &token);
    }

    #[test]
    fn an_issuer_that_is_known_names_the_provider() {
        let claims = r#"{"iss":"https://token.actions.githubusercontent.com"}"#;
        let facts = vectors::facts("jwt", &token(HEADER, claims));
        assert_eq!(facts.last().map(String::as_str), Some("provider=GitHub Actions"));
    }

    #[test]
    fn an_expired_token_is_of_little_use() {
        assert_eq!(severity(&token(HEADER, r#"{"exp":1749999999}"#)), Some(Severity::Low));
        assert_eq!(
            severity(&token(HEADER, r#"{"exp":1749999999,"role":"anon"}"#)),
            Some(Severity::Info)
        );
        assert_eq!(severity(&token(r#"{"alg":"none"}"#, r#"{"sub":"a"}"#)), Some(Severity::Low));
    }

    #[test]
    fn what_does_not_decode_is_in_doubt() {
        let mut garbled = token(HEADER, r#"{"sub":"a"}"#);
        garbled[5] = b'!';
        for token in [garbled, token("{}", "{}"), token(HEADER, "[1]"), b"eyJ".to_vec()] {
            assert!(matches!(vectors::verdict("jwt", &token), Verdict::Unsure(_)));
        }
    }

    #[test]
    fn the_textbook_example_is_in_doubt() {
        let token = token(HEADER, r#"{"sub":"1234567890","name":"John Doe","iat":1516239022}"#);
        assert!(matches!(vectors::verdict("jwt", &token), Verdict::Unsure(_)));
    }

    #[test]
    fn an_encrypted_token_shows_its_header() {
        let mut token = radix::encode(br#"{"alg":"RSA-OAEP","enc":"A256GCM"}"#, radix::URL_SAFE);
        token.extend_from_slice(b".a.b.c.d");
        assert_eq!(vectors::facts("jwt", &token), ["algorithm=RSA-OAEP"]);
    }

    #[test]
    fn service_accounts_of_both_kinds_are_named() {
        let legacy = r#"{"iss":"kubernetes/serviceaccount","kubernetes.io/serviceaccount/namespace":"prod","kubernetes.io/serviceaccount/service-account.name":"deployer"}"#;
        let bound =
            r#"{"kubernetes.io":{"namespace":"prod","serviceaccount":{"name":"deployer"}}}"#;
        for claims in [legacy, bound] {
            let facts = vectors::facts("kubernetes-service-account", &token(HEADER, claims));
            assert!(facts.ends_with(&["namespace=prod".into(), "service_account=deployer".into()]));
        }
        let other = vectors::verdict("kubernetes-service-account", &token(HEADER, "{}"));
        assert!(matches!(other, Verdict::Unsure(_)));
        vectors::survive("kubernetes-service-account", &token(HEADER, bound));
    }

    #[test]
    fn the_app_stands_before_the_token() {
        let token = [b"ghs_123456_", &token(HEADER, r#"{"iss":"a"}"#)[..]].concat();
        let facts = vectors::facts("github-app-jwt", &token);
        assert_eq!(facts, ["algorithm=RS256", "key_id=k1", "issuer=a", "app_id=123456"]);
    }
}
