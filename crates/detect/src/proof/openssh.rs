//! The private key format of OpenSSH: cipher, public keys, and a private part that, when nothing
//! protects it, repeats a check number and ends in a comment.

use super::der::bits;
use super::pem::Key;
use super::text;

/// What is left to read: numbers of four bytes, strings behind their length.
struct Wire<'a> {
    rest: &'a [u8],
}

impl<'a> Wire<'a> {
    fn number(&mut self) -> Option<u32> {
        let (number, rest) = self.rest.split_first_chunk::<4>()?;
        self.rest = rest;
        Some(u32::from_be_bytes(*number))
    }

    fn string(&mut self) -> Option<&'a [u8]> {
        let mut ahead = Self { rest: self.rest };
        let length = usize::try_from(ahead.number()?).ok()?;
        let (string, rest) = ahead.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(string)
    }
}

/// Reads the decoded body of an `OPENSSH PRIVATE KEY` block.
pub(super) fn key(body: &[u8]) -> Option<Key> {
    let mut wire = Wire { rest: body.strip_prefix(b"openssh-key-v1\0")? };
    let cipher = wire.string()?;
    let (_, _) = (wire.string()?, wire.string()?);
    if wire.number()? == 0 {
        return None;
    }
    let mut public = Wire { rest: wire.string()? };
    let kind = public.string()?;
    let name = name(kind).map_or_else(|| text::printable(kind), |name| Some(name.to_owned()))?;
    let mut key = Key::clear(name, public_bits(kind, &mut public));
    let private = wire.string()?;
    if cipher != b"none" {
        key.encrypted = !private.is_empty();
        key.facts.push(("cipher", text::printable(cipher)?));
        return key.encrypted.then_some(key);
    }
    let comment = comment(private, kind)?;
    key.facts.push(("comment", text::printable(comment).unwrap_or_default()));
    Some(key)
}

/// The name other formats have for the same kind of key.
fn name(kind: &[u8]) -> Option<&'static str> {
    match kind {
        b"ssh-rsa" => Some("RSA"),
        b"ssh-dss" => Some("DSA"),
        b"ssh-ed25519" => Some("Ed25519"),
        b"ecdsa-sha2-nistp256" => Some("EC P-256"),
        b"ecdsa-sha2-nistp384" => Some("EC P-384"),
        b"ecdsa-sha2-nistp521" => Some("EC P-521"),
        _ => None,
    }
}

fn public_bits(kind: &[u8], public: &mut Wire<'_>) -> usize {
    match kind {
        b"ssh-rsa" => public.string().and_then(|_| public.string()).map_or(0, bits),
        b"ssh-dss" => public.string().map_or(0, bits),
        b"ssh-ed25519" | b"sk-ssh-ed25519@openssh.com" => 256,
        _ if kind.ends_with(b"nistp256") => 256,
        _ if kind.ends_with(b"nistp384") => 384,
        _ if kind.ends_with(b"nistp521") => 521,
        _ => 0,
    }
}

/// The comment behind the numbers of the first private key; `None` when the check numbers differ.
fn comment<'a>(private: &'a [u8], kind: &[u8]) -> Option<&'a [u8]> {
    let mut wire = Wire { rest: private };
    if wire.number()? != wire.number()? || wire.string()? != kind {
        return None;
    }
    let numbers = match kind {
        b"ssh-rsa" => 6,
        b"ssh-dss" => 5,
        b"ssh-ed25519" => 2,
        _ if kind.starts_with(b"ecdsa-") => 3,
        _ => return Some(b""),
    };
    for _ in 0..numbers {
        wire.string()?;
    }
    wire.string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn string(bytes: &[u8]) -> Vec<u8> {
        [&u32::try_from(bytes.len()).expect("short").to_be_bytes()[..], bytes].concat()
    }

    fn body(cipher: &str, checks: [u32; 2]) -> Vec<u8> {
        let public = [string(b"ssh-ed25519"), string(&[1; 32])].concat();
        let private = [
            checks[0].to_be_bytes().to_vec(),
            checks[1].to_be_bytes().to_vec(),
            string(b"ssh-ed25519"),
            string(&[1; 32]),
            string(&[2; 64]),
            string(b"robot@host"),
            vec![1, 2, 3],
        ]
        .concat();
        let head = [string(cipher.as_bytes()), string(b"none"), string(b""), vec![0, 0, 0, 1]];
        [b"openssh-key-v1\0".to_vec(), head.concat(), string(&public), string(&private)].concat()
    }

    #[test]
    fn a_clear_key_shows_its_comment() {
        let key = key(&body("none", [7, 7])).expect("it parses");
        assert_eq!((key.kind.as_str(), key.bits, key.encrypted), ("Ed25519", 256, false));
        assert_eq!(key.facts, [("comment", "robot@host".to_owned())]);
    }

    #[test]
    fn an_encrypted_key_shows_its_cipher() {
        let key = key(&body("aes256-ctr", [1, 2])).expect("it parses");
        assert!(key.encrypted);
        assert_eq!(key.facts, [("cipher", "aes256-ctr".to_owned())]);
    }

    #[test]
    fn check_numbers_that_differ_or_a_cut_are_refused() {
        assert!(key(&body("none", [7, 8])).is_none());
        let whole = body("none", [7, 7]);
        for end in 0..whole.len() - 3 {
            assert!(key(&whole[..end]).is_none(), "{end}");
        }
    }
}
