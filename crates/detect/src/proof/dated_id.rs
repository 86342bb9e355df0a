//! Ids that begin with the time they were made: `MongoDB` object ids and ULIDs.

use tightlip_model::Proof;

use super::base_digits::number;
use super::{Entry, Now, Proven, Test, Verdict, text, time};

pub(super) const OBJECT_ID: Entry =
    Entry { name: "object-id", test: Test::Structure(check_object_id) };
pub(super) const ULID: Entry = Entry { name: "ulid", test: Test::Structure(check_ulid) };

const HEX: &[u8] = b"0123456789abcdef";
/// The base 32 of Douglas Crockford.
const CROCKFORD: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 2008: no such id is older.
const EARLIEST: i64 = 1_199_145_600;
/// Clocks differ: an id of the near future is still believed.
const TOLERANCE: i64 = 86_400;

/// 24 hexadecimal digits, of which the first eight are seconds.
fn check_object_id(token: &[u8], now: Now) -> Proven {
    let id = part(token, 24);
    let seconds = id.as_deref().and_then(|id| number(id.get(..8)?, HEX));
    judge(id.as_deref(), seconds, now)
}

/// 26 digits, of which the first ten are milliseconds.
fn check_ulid(token: &[u8], now: Now) -> Proven {
    let id = part(token, 26).map(|id| id.to_ascii_uppercase());
    let millis = id.as_deref().and_then(|id| number(id.get(..10)?, CROCKFORD));
    judge(id.as_deref(), millis.map(|millis| millis / 1000), now)
}

/// The first alphanumeric part of `token` that is `length` long.
fn part(token: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut parts = token.split(|byte| !byte.is_ascii_alphanumeric());
    parts.find(|part| part.len() == length).map(<[u8]>::to_vec)
}

fn judge(id: Option<&[u8]>, seconds: Option<u64>, now: Now) -> Proven {
    let possible = EARLIEST..=now.seconds.saturating_add(TOLERANCE);
    let seconds = seconds.and_then(|seconds| i64::try_from(seconds).ok());
    match (id.and_then(text::printable), seconds.filter(|seconds| possible.contains(seconds))) {
        (Some(id), Some(seconds)) => Proven::new(Verdict::Holds(Proof::Form))
            .fact("key_id", id)
            .fact("issued_at", time::iso(seconds).unwrap_or_default()),
        _ => Proven::unsure("the id in it holds no time it could have been made at"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Verdict, vectors};

    #[test]
    fn an_object_id_tells_when_it_was_made() {
        let token = format!("PMAK-684ee170{}-{}", "a".repeat(16), "b".repeat(34));
        let id = format!("key_id=684ee170{}", "a".repeat(16));
        let facts = vectors::facts("object-id", token.as_bytes());
        assert_eq!(facts, [id.as_str(), "issued_at=2025-06-15T15:06:24Z"]);
        vectors::survive("object-id", token.as_bytes());
    }

    #[test]
    fn a_ulid_tells_when_it_was_made() {
        // The example of the specification, of 2016.
        let facts = vectors::facts("ulid", b"x_01arz3ndektsv4rrffq69g5fav_y");
        assert_eq!(facts, ["key_id=01ARZ3NDEKTSV4RRFFQ69G5FAV", "issued_at=2016-07-30T23:54:10Z"]);
        vectors::survive("ulid", b"x_01arz3ndektsv4rrffq69g5fav_y");
    }

    #[test]
    fn ids_of_impossible_times_are_in_doubt() {
        for id in ["0".repeat(24), "f".repeat(24), "z".repeat(24), String::new()] {
            assert!(matches!(vectors::verdict("object-id", id.as_bytes()), Verdict::Unsure(_)));
        }
    }
}
