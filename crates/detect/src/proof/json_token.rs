//! Tokens that carry a JSON object in base64: who they belong to, and until when.

use super::claims::{self, Member, Reading};
use super::{Entry, Now, Proven, Test};

pub(super) const ANY: Entry = entry("base64-json", |token, now| read(token, &[], now));
pub(super) const GRAFANA_CLOUD: Entry =
    entry("grafana-cloud-token", |token, now| read(token, GRAFANA, now));
pub(super) const MAPBOX: Entry = entry("mapbox", |token, now| read(token, MAPBOX_MEMBERS, now));
pub(super) const ONE_PASSWORD: Entry =
    entry("onepassword-service-account", |token, now| read(token, ONE_PASSWORD_MEMBERS, now));
pub(super) const QSTASH: Entry = entry("upstash-qstash", |token, now| read(token, USER_ID, now));
pub(super) const SENTRY: Entry =
    entry("sentry-org-token", |token, now| read(token, SENTRY_MEMBERS, now));
pub(super) const SNYK: Entry = entry("snyk-token", check_snyk);
pub(super) const TINYBIRD: Entry =
    entry("tinybird-token", |token, now| read(token, TINYBIRD_MEMBERS, now));
pub(super) const UPLOADTHING: Entry =
    entry("uploadthing-token", |token, now| read(token, UPLOADTHING_MEMBERS, now));

const GRAFANA: &[Member] = &[
    ("/o", "organization", Reading::Text),
    ("/id", "organization", Reading::Text),
    ("/n", "account", Reading::Text),
    ("/m/r", "region", Reading::Text),
];
const MAPBOX_MEMBERS: &[Member] = &[
    ("/u", "account", Reading::Text),
    ("/a", "key_id", Reading::Text),
    ("/iat", "issued_at", Reading::Time),
    ("/exp", "expires_at", Reading::Expiry),
];
const ONE_PASSWORD_MEMBERS: &[Member] =
    &[("/signInAddress", "issuer", Reading::Text), ("/email", "account", Reading::Text)];
const SENTRY_MEMBERS: &[Member] = &[
    ("/url", "issuer", Reading::Text),
    ("/org", "organization", Reading::Text),
    ("/iat", "issued_at", Reading::Time),
];
const SNYK_MEMBERS: &[Member] = &[
    ("/h", "issuer", Reading::Text),
    ("/s", "subject", Reading::Text),
    ("/j", "key_id", Reading::Text),
    ("/e", "expires_at", Reading::Expiry),
];
const TINYBIRD_MEMBERS: &[Member] = &[
    ("/u", "account", Reading::Text),
    ("/id", "key_id", Reading::Text),
    ("/host", "region", Reading::Text),
];
const UPLOADTHING_MEMBERS: &[Member] =
    &[("/appId", "app_id", Reading::Text), ("/regions", "region", Reading::Text)];
const USER_ID: &[Member] = &[("/UserID", "account", Reading::Text)];

const fn entry(name: &'static str, check: fn(&[u8], Now) -> Proven) -> Entry {
    Entry { name, test: Test::Structure(check) }
}

fn read(token: &[u8], members: &[Member], now: Now) -> Proven {
    match claims::embedded(token) {
        Some(object) => claims::add(Proven::parsed(), &object, members, now),
        None => Proven::unsure("its body does not decode to JSON"),
    }
}

/// The object is the third of four parts.
fn check_snyk(token: &[u8], now: Now) -> Proven {
    let body = token.split(|&byte| byte == b'.').nth(2);
    match body.and_then(claims::decode) {
        Some(object) => claims::add(Proven::parsed(), &object, SNYK_MEMBERS, now),
        None => Proven::unsure("its third part does not decode to JSON"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Verdict, radix, vectors};

    fn guard(name: &str, prefix: &str, json: &str, suffix: &str, facts: &[&str]) {
        let body = radix::encode(json.as_bytes(), radix::STANDARD);
        let token = [prefix.as_bytes(), &body, suffix.as_bytes()].concat();
        assert_eq!(vectors::facts(name, &token), facts, "{name}");
        let broken = [prefix.as_bytes(), &body[1..], suffix.as_bytes()].concat();
        assert!(matches!(vectors::verdict(name, &broken), Verdict::Unsure(_)), "{name}");
        vectors::survive(name, &token);
    }

    #[test]
    fn each_provider_names_the_owner_in_its_own_members() {
        let mapbox = r#"{"u":"somebody","a":"cl0"}"#;
        guard("mapbox", "sk.", mapbox, ".tail", &["account=somebody", "key_id=cl0"]);
        let sentry = r#"{"iat":1750000000.5,"url":"https://s.test","org":"acme"}"#;
        let facts =
            ["issuer=https://s.test", "organization=acme", "issued_at=2025-06-15T15:06:40Z"];
        guard("sentry-org-token", "sntrys_", sentry, "_tail", &facts);
        let grafana = r#"{"o":"42","n":"agent","k":"secret","m":{"r":"eu"}}"#;
        let facts = ["organization=42", "account=agent", "region=eu"];
        guard("grafana-cloud-token", "glc_", grafana, "", &facts);
        let ops = r#"{"signInAddress":"a.test","email":"x@a.test"}"#;
        guard(
            "onepassword-service-account",
            "ops_",
            ops,
            "",
            &["issuer=a.test", "account=x@a.test"],
        );
        let tiny = r#"{"u": "user", "id": "token", "host": "eu"}"#;
        guard(
            "tinybird-token",
            "p.",
            tiny,
            ".tail",
            &["account=user", "key_id=token", "region=eu"],
        );
        guard("upstash-qstash", "", r#"{"UserID":"u"}"#, "", &["account=u"]);
        let upload = r#"{"apiKey":"x","appId":"app","regions":["a","b"]}"#;
        guard("uploadthing-token", "", upload, "", &["app_id=app", "region=a, b"]);
        let snyk = r#"{"e":1750000001,"h":"s.test","j":"id","s":"me"}"#;
        let facts = ["issuer=s.test", "subject=me", "key_id=id", "expires_at=2025-06-15T15:06:41Z"];
        guard("snyk-token", "snyk_uat.0123abcd.", snyk, ".y", &facts);
        guard("base64-json", "", r#"{"a":"b"}"#, "", &[]);
    }
}
