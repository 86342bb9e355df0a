//! How surprising the letters of a value are to someone who reads words, by a table of trigrams.

/// For each pair of letters and each third one the bits, in sixteenths, that the third one tells
/// whoever has read the pair; the 27th letter is the edge of a word. Made by `training/grams.py`
/// from public texts in many languages and the names in programs.
static TABLE: &[u8; 27 * 27 * 27] = include_bytes!("grams.bin");

const EDGE: usize = 26;

/// Bits a letter, in sixteenths, of the letters of `value`; `None` where there are fewer than four.
/// A hump begins a new word, anything but a letter ends one.
pub(super) fn surprise(value: &[u8]) -> Option<u32> {
    let (mut total, mut count) = (0_u32, 0_u32);
    let (mut a, mut b) = (EDGE, EDGE);
    let mut was_lower = false;
    for byte in value {
        let is_upper = byte.is_ascii_uppercase();
        if is_upper && was_lower {
            (a, b) = (EDGE, EDGE);
        }
        was_lower = byte.is_ascii_lowercase();
        if !byte.is_ascii_alphabetic() {
            (a, b) = (EDGE, EDGE);
            continue;
        }
        let c = usize::from(byte.to_ascii_lowercase() - b'a');
        total += u32::from(TABLE.get((a * 27 + b) * 27 + c).copied().unwrap_or(0));
        count += 1;
        (a, b) = (b, c);
    }
    (count >= 4).then(|| total / count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_many_languages_surprise_less_than_noise() {
        for word in ["administrator", "contrasena", "getAccessToken", "administrateur"] {
            assert!(surprise(word.as_bytes()) < Some(60), "{word} {:?}", surprise(word.as_bytes()));
        }
        for noise in ["kqzvmxwp", "xkjdqbvz", "q8ZrTnBxWvLs"] {
            assert!(
                surprise(noise.as_bytes()) > Some(72),
                "{noise} {:?}",
                surprise(noise.as_bytes())
            );
        }
        assert_eq!(surprise(b"9f8"), None);
    }
}
