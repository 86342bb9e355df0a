//! PKCS #12 stores all of which is encrypted, so that nobody can tell whether a key is in them.

/// The types of the parts of a store: as they are, and encrypted.
const DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
const ENCRYPTED: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06";

const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
const TYPE: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
const EXPLICIT: u8 = 0xa0;

/// Whether something that begins with `head` is such a store.
pub(super) fn is_sealed(head: &[u8]) -> bool {
    head.first() == Some(&SEQUENCE) && are_all_encrypted(head).unwrap_or(false)
}

fn are_all_encrypted(mut head: &[u8]) -> Option<bool> {
    let mut store = field(&mut head, SEQUENCE)?;
    if field(&mut store, INTEGER)? != [3] {
        return None;
    }
    let mut content = field(&mut store, SEQUENCE)?;
    if field(&mut content, TYPE)? != DATA {
        return None;
    }
    let mut octets = field(&mut content, EXPLICIT)?;
    let mut text = field(&mut octets, OCTETS)?;
    let mut parts = field(&mut text, SEQUENCE)?;
    let are_any = !parts.is_empty();
    while !parts.is_empty() {
        let mut part = field(&mut parts, SEQUENCE)?;
        if field(&mut part, TYPE)? != ENCRYPTED {
            return Some(false);
        }
    }
    Some(are_any)
}

/// Takes the content of a field with this tag, as far as it is there.
fn field<'t>(bytes: &mut &'t [u8], tag: u8) -> Option<&'t [u8]> {
    let [first, length, rest @ ..] = *bytes else { return None };
    if *first != tag {
        return None;
    }
    let digits = usize::from(length.saturating_sub(0x80));
    let (digits, rest) = rest.split_at_checked(digits).filter(|(digits, _)| digits.len() < 5)?;
    let length = match *length {
        0x80 => return None,
        short @ ..0x80 => usize::from(short),
        _ => digits.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)),
    };
    let (content, after) = rest.split_at(length.min(rest.len()));
    *bytes = after;
    Some(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        let content = parts.concat();
        let length = u16::try_from(content.len()).unwrap_or(u16::MAX).to_be_bytes();
        [&[tag, 0x82, length[0], length[1]], content.as_slice()].concat()
    }

    fn store(types: &[&[u8]]) -> Vec<u8> {
        let part = |kind: &&[u8]| made(SEQUENCE, &[&made(TYPE, &[kind]), &made(EXPLICIT, &[b"x"])]);
        let parts: Vec<u8> = types.iter().flat_map(part).collect();
        let octets = made(EXPLICIT, &[&made(OCTETS, &[&made(SEQUENCE, &[&parts])])]);
        let content = made(SEQUENCE, &[&made(TYPE, &[DATA]), &octets]);
        made(SEQUENCE, &[b"\x02\x01\x03", &content])
    }

    #[test]
    fn a_store_is_sealed_when_each_part_of_it_is() {
        assert!(is_sealed(&store(&[ENCRYPTED])));
        assert!(is_sealed(&store(&[ENCRYPTED, ENCRYPTED])));
        assert!(!is_sealed(&store(&[ENCRYPTED, DATA])));
        assert!(!is_sealed(&store(&[])));
    }

    #[test]
    fn nothing_else_is_one() {
        let whole = store(&[ENCRYPTED, ENCRYPTED]);
        for end in 0..53 {
            assert!(!is_sealed(&whole[..end]), "{end}");
        }
        assert!(!is_sealed(b"0 is a digit"));
        assert!(!is_sealed(&[0x30; 200]));
    }
}
