//! JSON inside of tokens: how it is found, and how its members become facts.

use serde_json::Value;

use super::{Now, Proven, radix, text, time};

/// Members that may name several values show this many of them.
const SHOWN: usize = 3;

/// How a member reads as a fact.
#[derive(Clone, Copy)]
pub(super) enum Reading {
    /// Text, a number, or a list of them.
    Text,
    /// Seconds since 1970.
    Time,
    /// Seconds since 1970 after which the token is worth nothing.
    Expiry,
}

/// A member: its path (`/m/r`), the fact it becomes, and how it reads.
pub(super) type Member = (&'static str, &'static str, Reading);

/// The object that base64 text holds.
pub(super) fn decode(encoded: &[u8]) -> Option<Value> {
    object(&radix::base64(encoded)?)
}

/// The object that JSON text holds; the parser bounds its own depth.
pub(super) fn object(json: &[u8]) -> Option<Value> {
    serde_json::from_slice(json).ok().filter(Value::is_object)
}

/// The object between the first `{` and the last `}` of `text`, which may be written as a string
/// literal of another language.
pub(super) fn enclosed(text: &[u8]) -> Option<Value> {
    let start = text.iter().position(|&byte| byte == b'{')?;
    let end = text.iter().rposition(|&byte| byte == b'}')?;
    let inside = text.get(start..=end)?;
    object(inside).or_else(|| object(&unquoted(inside)?))
}

/// `text` with one level of `\"` and `\\` undone.
fn unquoted(text: &[u8]) -> Option<Vec<u8>> {
    let quoted = [b"\"", text, b"\""].concat();
    serde_json::from_slice::<String>(&quoted).ok().map(String::into_bytes)
}

/// The first object in base64 that stands in `token`, which may go on behind it.
pub(super) fn embedded(token: &[u8]) -> Option<Value> {
    let at = [&b"eyJ"[..], b"ewo", b"eyI"].iter().filter_map(|one| text::find(token, one)).min()?;
    let rest = token.get(at..)?;
    let cuts = [&b"."[..], b"=", b"_", b"|"];
    let ends = cuts.iter().filter_map(|cut| text::find(rest, cut)).chain([rest.len()]);
    ends.filter_map(|end| decode(rest.get(..end)?)).next()
}

/// `value` as the text of a fact; empty when it says nothing that may be shown.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text::printable(text.as_bytes()).unwrap_or_default(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Array(values) => {
            let texts: Vec<&str> = values.iter().filter_map(Value::as_str).take(SHOWN).collect();
            text::printable(texts.join(", ").as_bytes()).unwrap_or_default()
        }
        Value::Object(_) | Value::Null => String::new(),
    }
}

/// The moment a member stands for: whole or broken seconds, as a number or as text.
pub(super) fn moment(value: &Value) -> Option<i64> {
    let whole = value.as_i64().or_else(|| value.as_str()?.parse().ok());
    whole.or_else(|| {
        let text = value.as_f64()?.trunc().to_string();
        text.parse().ok()
    })
}

/// Adds the facts that `members` of `object` stand for.
pub(super) fn add(mut proven: Proven, object: &Value, members: &[Member], now: Now) -> Proven {
    for (path, fact, reading) in members {
        let Some(value) = object.pointer(path) else { continue };
        proven = match reading {
            Reading::Text => proven.fact(fact, shown(value)),
            Reading::Time => {
                proven.fact(fact, moment(value).and_then(time::iso).unwrap_or_default())
            }
            Reading::Expiry => match moment(value) {
                Some(seconds) => proven.expires(seconds, now),
                None => proven,
            },
        };
    }
    proven
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::vectors;

    #[test]
    fn an_object_is_found_before_whatever_follows_it() {
        let encoded = radix::encode(br#"{"a":1,"b":"??"}"#, radix::STANDARD);
        for tail in ["", "==", "_tail", ".tail", "==_tail"] {
            let token = [b"prefix_", &encoded[..], tail.as_bytes()].concat();
            assert_eq!(embedded(&token).map(|value| shown(&value["a"])), Some("1".to_owned()));
        }
        assert_eq!(embedded(b"no object"), None);
    }

    #[test]
    fn deep_nesting_is_refused_not_followed() {
        let deep = [vec![b'['; 100_000], vec![b']'; 100_000]].concat();
        let object_text = [b"{\"a\":", &deep[..], b"}"].concat();
        assert_eq!(object(&object_text), None);
    }

    #[test]
    fn times_are_read_from_numbers_and_texts() {
        for text in ["1750000000", "1750000000.25", "\"1750000000\""] {
            let value: Value = serde_json::from_str(text).expect("valid");
            assert_eq!(moment(&value), Some(vectors::NOW.seconds), "{text}");
        }
        assert_eq!(moment(&Value::from(1e300)), None);
        assert_eq!(moment(&Value::Null), None);
    }
}
