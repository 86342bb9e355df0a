//! Addresses that carry their own signature: until when they hold, and in whose name. Also keys
//! that are such an address in base64.

use tightlip_model::Proof;

use super::{Entry, Now, Proven, Test, Verdict, radix, text, time};

pub(super) const PRESIGNED: Entry =
    Entry { name: "presigned-url", test: Test::Structure(check_presigned) };
pub(super) const AZURE_SAS: Entry = Entry { name: "azure-sas", test: Test::Structure(check_sas) };

/// A week: the longest an address of either cloud can hold.
const LONGEST: i64 = 7 * 86_400;

/// `X-Amz-…` or `X-Goog-…`: credential, date and seconds of validity.
fn check_presigned(token: &[u8], now: Now) -> Proven {
    let decoded = decoded(token);
    let query = Query { text: decoded.as_deref().unwrap_or(token) };
    let value = |name: &str| {
        ["X-Amz-", "X-Goog-"].iter().find_map(|prefix| query.value(&format!("{prefix}{name}")))
    };
    let Some(credential) = value("Credential") else {
        return Proven::unsure("it holds no signed address");
    };
    let mut scope = credential.split('/');
    let (key, _, region) = (scope.next(), scope.next(), scope.next());
    let issued = value("Date").as_deref().and_then(time::seconds);
    let lasts = value("Expires").and_then(|text| text.parse().ok());
    let proven = Proven::parsed()
        .fact("account", key.unwrap_or_default())
        .fact("region", region.unwrap_or_default())
        .fact("issued_at", issued.and_then(time::iso).unwrap_or_default());
    match (issued, lasts) {
        (Some(issued), Some(lasts @ 0..=LONGEST)) => proven.expires(issued + lasts, now),
        _ => proven,
    }
}

/// The address inside of `bedrock-api-key-…` and `k8s-aws-v1.…`.
fn decoded(token: &[u8]) -> Option<Vec<u8>> {
    let prefixes = [&b"bedrock-api-key-"[..], b"k8s-aws-v1."];
    let body = prefixes.iter().find_map(|prefix| token.strip_prefix(*prefix))?;
    radix::base64(body)
}

/// `se` is the end, `sp` the rights, `sr` or `srt` what they are rights to.
fn check_sas(token: &[u8], now: Now) -> Proven {
    let query = Query { text: token };
    let value = |name: &str| query.value(name).unwrap_or_default();
    let proven = Proven::new(Verdict::Holds(Proof::Form))
        .fact("scope", value("sp"))
        .fact("resource", [value("sr"), value("srt")].concat());
    match time::seconds(&value("se")) {
        Some(seconds) => proven.expires(seconds, now),
        None => proven,
    }
}

/// The parameters of an address, in any order.
struct Query<'a> {
    text: &'a [u8],
}

impl Query<'_> {
    /// The value of a parameter, percent-decoded as far as ASCII goes.
    fn value(&self, name: &str) -> Option<String> {
        let parts = self.text.split(|byte| matches!(byte, b'?' | b'&' | b';' | b'"' | b'\''));
        let value = parts.filter_map(|part| part.strip_prefix(name.as_bytes()));
        let value = value.filter_map(|rest| rest.strip_prefix(b"=")).next()?;
        text::printable(&percent_decoded(value))
    }
}

fn percent_decoded(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        let escaped = match rest {
            [b'%', high, low, ..] => radix::hex(&[*high, *low]).and_then(|b| b.first().copied()),
            _ => None,
        };
        out.push(escaped.unwrap_or(byte));
        rest = if escaped.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::{Verdict, lookup, radix, vectors};
    use tightlip_model::Severity;

    fn address() -> String {
        let credential = format!("X-Amz-Credential={}%2F20250615%2Feu-west-1%2Fs3%2Faws4", "KEYID");
        format!("https://b.test/k?{credential}&X-Amz-Date=20250615T150640Z&X-Amz-Expires=60")
    }

    const FACTS: [&str; 4] = [
        "account=KEYID",
        "region=eu-west-1",
        "issued_at=2025-06-15T15:06:40Z",
        "expires_at=2025-06-15T15:07:40Z",
    ];

    #[test]
    fn an_address_tells_its_key_and_its_end() {
        assert_eq!(vectors::facts("presigned-url", address().as_bytes()), FACTS);
        vectors::survive("presigned-url", address().as_bytes());
    }

    #[test]
    fn an_address_in_base64_is_read_too() {
        let body = radix::encode(address().as_bytes(), radix::URL_SAFE);
        for prefix in ["bedrock-api-key-", "k8s-aws-v1."] {
            let token = [prefix.as_bytes(), &body].concat();
            assert_eq!(vectors::facts("presigned-url", &token), FACTS);
        }
        let verdict = vectors::verdict("presigned-url", b"k8s-aws-v1.AAAA");
        assert!(matches!(verdict, Verdict::Unsure(_)));
    }

    #[test]
    fn a_shared_access_signature_tells_its_end_and_rights() {
        let token = b"sv=2022-11-02&sr=c&sp=rl&se=2020-01-01T00%3A00%3A00Z&sig=xxx";
        let facts = ["scope=rl", "resource=c", "expires_at=2020-01-01T00:00:00Z"];
        assert_eq!(vectors::facts("azure-sas", token), facts);
        let proven = lookup("azure-sas").expect("registered").check(token, vectors::NOW);
        assert_eq!(proven.severity, Some(Severity::Low));
        vectors::survive("azure-sas", token);
    }
}
