//! Supabase secret keys: their check digits are a hash over the project's reference, which is not
//! part of the key, so that the key alone shows no more than its form.

use tightlip_model::Proof;

use super::{Entry, Now, Proven, Test, Verdict};

pub(super) const ENTRY: Entry = Entry { name: "supabase-crc", test: Test::Structure(check) };

fn check(token: &[u8], _: Now) -> Proven {
    let body = token.strip_prefix(b"sb_secret_").unwrap_or_default();
    if body.len() == 31 && body.get(22) == Some(&b'_') {
        return Proven::new(Verdict::Holds(Proof::Form));
    }
    Proven::unsure("it does not have the length of a Supabase key")
}

#[cfg(test)]
mod tests {
    use super::super::{Verdict, vectors};
    use tightlip_model::Proof;

    #[test]
    fn a_key_alone_shows_its_form_only() {
        let mut token = vectors::random("sb_secret_", vectors::ALNUM, 22);
        token.extend(vectors::random("_", vectors::ALNUM, 8));
        assert_eq!(vectors::verdict("supabase-crc", &token), Verdict::Holds(Proof::Form));
        token.pop();
        assert!(matches!(vectors::verdict("supabase-crc", &token), Verdict::Unsure(_)));
        vectors::survive("supabase-crc", &token);
    }
}
