//! Numbers as digits of some base, the way tokens spell their check sums.

/// `0-9A-Za-z`, the usual order of base 62.
pub(super) const BASE62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// `0-9a-zA-Z`, the other order of base 62.
pub(super) const BASE62_LOWER_FIRST: &[u8] =
    b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// `0-9a-z`.
pub(super) const BASE36: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
/// `0-9a-f`.
pub(super) const HEX: &[u8] = b"0123456789abcdef";
/// `0-9A-F`.
pub(super) const HEX_UPPER: &[u8] = b"0123456789ABCDEF";

/// `number` in the base of `alphabet`, left-padded with its zero to at least `width` digits.
pub(super) fn digits(number: u32, alphabet: &[u8], width: usize) -> Vec<u8> {
    let base = u32::try_from(alphabet.len()).unwrap_or(u32::MAX).max(2);
    let mut out = Vec::with_capacity(width.max(8));
    let mut rest = number;
    while rest > 0 || out.len() < width {
        let digit = usize::try_from(rest % base).unwrap_or_default();
        out.push(alphabet.get(digit).copied().unwrap_or(b'0'));
        rest /= base;
    }
    out.reverse();
    out
}

/// The number that `text` spells in the base of `alphabet`; `None` for another character or when it
/// does not fit.
pub(super) fn number(text: &[u8], alphabet: &[u8]) -> Option<u64> {
    let base = u64::try_from(alphabet.len()).ok()?;
    text.iter().try_fold(0_u64, |sum, byte| {
        let digit = alphabet.iter().position(|one| one == byte)?;
        sum.checked_mul(base)?.checked_add(u64::try_from(digit).ok()?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_padded_and_reads_back() {
        assert_eq!(digits(61, BASE62, 6), b"00000z");
        assert_eq!(digits(u32::MAX, BASE62, 6), b"4gfFC3");
        assert_eq!(digits(u32::MAX, HEX, 8), b"ffffffff");
        assert_eq!(number(b"4gfFC3", BASE62), Some(u64::from(u32::MAX)));
        assert_eq!(number(b"1ly", HEX), None);
        assert_eq!(number(&[b'z'; 40], BASE36), None);
    }
}
