//! Bytes as text: base64 in both alphabets, base32 and base58. What is read back is strict on the
//! characters and lenient on padding, since tokens go without it.

use super::text::unpadded;

/// `A-Za-z0-9+/`.
pub(super) const STANDARD: &[u8; 64] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// `A-Za-z0-9-_`.
pub(super) const URL_SAFE: &[u8; 64] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// `A-Z2-7`.
pub(super) const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// The order of Bitcoin.
pub(super) const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/// The order of the XRP Ledger.
pub(super) const BASE58_XRP: &[u8; 58] =
    b"rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz";

/// Base58 takes time quadratic in its length: longer texts are no keys and not decoded.
const LONGEST_BASE58: usize = 200;

/// For each byte its value in either alphabet of base64, [`NOT_BASE64`] for others.
const BASE64_VALUES: [u8; 256] = base64_values();
const NOT_BASE64: u8 = 0xFF;

const fn base64_values() -> [u8; 256] {
    let mut values = [NOT_BASE64; 256];
    let mut value = 0;
    while value < STANDARD.len() {
        values[STANDARD[value] as usize] = value as u8;
        values[URL_SAFE[value] as usize] = value as u8;
        value += 1;
    }
    values
}

fn base64_value(byte: u8) -> Option<u32> {
    let value = BASE64_VALUES.get(usize::from(byte)).copied().filter(|value| *value != NOT_BASE64);
    value.map(u32::from)
}

fn base32_value(byte: u8) -> Option<u32> {
    match byte {
        b'A'..=b'Z' => Some(u32::from(byte - b'A')),
        b'a'..=b'z' => Some(u32::from(byte - b'a')),
        b'2'..=b'7' => Some(u32::from(byte - b'2') + 26),
        _ => None,
    }
}

/// Collects `width` bits a character; the bits left over at the end are dropped.
fn collect(text: &[u8], width: u32, value: fn(u8) -> Option<u32>) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let (mut pool, mut bits) = (0_u32, 0_u32);
    for &byte in text {
        pool = (pool << width | value(byte)?) & 0xFFFF;
        bits += width;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from((pool >> bits) & 0xFF).ok()?);
        }
    }
    Some(out)
}

/// What base64 text of either alphabet spells; `None` for other characters or a lone last one.
pub(super) fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let text = unpadded(text);
    if text.len() % 4 == 1 {
        return None;
    }
    let mut out = Vec::with_capacity(text.len());
    let (fours, rest) = text.as_chunks::<4>();
    for four in fours {
        let values = four.map(|byte| BASE64_VALUES[usize::from(byte)]);
        if values.contains(&NOT_BASE64) {
            return None;
        }
        let bits = values.iter().fold(0, |bits, value| bits << 6 | u32::from(*value));
        let [_, three @ ..] = bits.to_be_bytes();
        out.extend_from_slice(&three);
    }
    out.extend(collect(rest, 6, base64_value)?);
    Some(out)
}

/// What base32 text of either case spells; `None` for other characters.
pub(super) fn base32(text: &[u8]) -> Option<Vec<u8>> {
    collect(unpadded(text), 5, base32_value)
}

/// `bytes` in an alphabet of 32 or 64 characters, without padding.
pub(super) fn encode(bytes: &[u8], alphabet: &[u8]) -> Vec<u8> {
    let width = alphabet.len().ilog2();
    let mut out = Vec::with_capacity(bytes.len().saturating_mul(2));
    let (mut pool, mut bits) = (0_u32, 0_u32);
    let mut emit = |pool: u32, shift: u32| {
        let index = (pool >> shift) as usize & (alphabet.len() - 1);
        out.extend(alphabet.get(index));
    };
    for &byte in bytes {
        pool = (pool << 8 | u32::from(byte)) & 0xFFFF;
        bits += 8;
        while bits >= width {
            bits -= width;
            emit(pool, bits);
        }
    }
    if bits > 0 {
        emit(pool << (width - bits), 0);
    }
    out
}

/// What base58 text spells; `None` for other characters or more of them than any key has.
pub(super) fn base58(text: &[u8], alphabet: &[u8; 58]) -> Option<Vec<u8>> {
    if text.len() > LONGEST_BASE58 {
        return None;
    }
    let mut little: Vec<u8> = Vec::with_capacity(text.len());
    for byte in text {
        let mut carry = u32::try_from(alphabet.iter().position(|one| one == byte)?).ok()?;
        for digit in &mut little {
            carry += u32::from(*digit) * 58;
            *digit = u8::try_from(carry & 0xFF).ok()?;
            carry >>= 8;
        }
        if carry > 0 {
            little.push(u8::try_from(carry).ok()?);
        }
    }
    let zeros = text.iter().take_while(|&&byte| Some(&byte) == alphabet.first()).count();
    little.extend(std::iter::repeat_n(0, zeros));
    little.reverse();
    Some(little)
}

/// `bytes` in base58.
pub(super) fn encode_base58(bytes: &[u8], alphabet: &[u8; 58]) -> Vec<u8> {
    let mut little: Vec<usize> = Vec::new();
    for &byte in bytes {
        let mut carry = usize::from(byte);
        for digit in &mut little {
            carry += *digit * 256;
            *digit = carry % 58;
            carry /= 58;
        }
        while carry > 0 {
            little.push(carry % 58);
            carry /= 58;
        }
    }
    let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
    little.extend(std::iter::repeat_n(0, zeros));
    little.iter().rev().filter_map(|&digit| alphabet.get(digit).copied()).collect()
}

/// What hexadecimal digits spell; `None` for other characters or an odd number of them.
pub(super) fn hex(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pairs = text.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    pairs
        .map(|pair| match pair {
            &[high, low] => u8::try_from(digit(high)? * 16 + digit(low)?).ok(),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::vectors::Dice;

    #[test]
    fn base64_reads_both_alphabets_with_and_without_padding() {
        assert_eq!(base64(b"Zm9vYg==").as_deref(), Some(&b"foob"[..]));
        assert_eq!(base64(b"-_8").as_deref(), Some(&[0xFB, 0xFF][..]));
        assert_eq!(base64(b"Zm9vY"), None);
        assert_eq!(base64(b"Zm 9"), None);
    }

    #[test]
    fn every_encoding_reads_back() {
        let mut dice = Dice::new(3);
        for length in 0..80 {
            let bytes = dice.bytes(length);
            assert_eq!(base64(&encode(&bytes, STANDARD)).as_deref(), Some(&bytes[..]));
            assert_eq!(base64(&encode(&bytes, URL_SAFE)).as_deref(), Some(&bytes[..]));
            assert_eq!(base32(&encode(&bytes, BASE32)).as_deref(), Some(&bytes[..]));
            assert_eq!(base58(&encode_base58(&bytes, BASE58), BASE58).as_deref(), Some(&bytes[..]));
        }
    }

    #[test]
    fn base58_keeps_leading_zeros_and_refuses_what_no_key_is_long_as() {
        assert_eq!(base58(b"11z", BASE58).as_deref(), Some(&[0, 0, 57][..]));
        assert_eq!(base58(&[b'z'; 201], BASE58), None);
    }

    #[test]
    fn hex_wants_whole_bytes() {
        assert_eq!(hex(b"00fF").as_deref(), Some(&[0, 255][..]));
        assert_eq!(hex(b"0"), None);
        assert_eq!(hex(b"0g"), None);
    }
}
