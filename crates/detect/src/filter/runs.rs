//! Bytes in an order nobody draws by chance: repeated, counted up or down, along the keyboard.

const KEYBOARD: [&[u8]; 6] =
    [b"qwertyuiop", b"qwertzuiop", b"azertyuiop", b"asdfghjkl", b"zxcvbnm", b"1qaz2wsx3edc"];

/// The longest run of one byte in `text`.
pub(crate) fn longest_repeat(text: &[u8]) -> usize {
    longest_run(text, |a, b| a == b)
}

/// The longest run in `text` that counts up or down.
pub(crate) fn longest_count(text: &[u8]) -> usize {
    let folded = |byte: u8| byte.to_ascii_lowercase();
    let up = longest_run(text, |a, b| folded(b) == folded(a).wrapping_add(1));
    let down = longest_run(text, |a, b| folded(a) == folded(b).wrapping_add(1));
    up.max(down)
}

/// Whether most of `text` repeats, counts or follows the keyboard.
pub(crate) fn is_regular(text: &[u8]) -> bool {
    let length = text.len();
    if length < 4 {
        return false;
    }
    let counted = longest_count(text);
    let repeated = longest_run(text, |a, b| a == b && a != b'A');
    // The zero bytes of a token in Base64.
    let zeros = longest_run(text, |a, b| a == b && a == b'A');
    is_large_part(counted, length, 9)
        || is_large_part(repeated, length, 9)
        || zeros >= 4 && zeros * 2 >= length
        || is_periodic(text)
}

/// Whether a run of `run` bytes is too long, for a text of `length` bytes, to have come by chance.
fn is_large_part(run: usize, length: usize, always: usize) -> bool {
    run >= always && run * 6 >= length || run >= 5 && run * 3 >= length || run >= 4 && run == length
}

/// Whether `text` holds a walk along a row of keys that is most of it.
pub(crate) fn is_keyboard_walk(text: &[u8]) -> bool {
    let folded = |a: u8, b: u8| [a.to_ascii_lowercase(), b.to_ascii_lowercase()];
    let walk =
        |row: &&[u8]| longest_run(text, |a, b| row.windows(2).any(|two| two == folded(a, b)));
    let longest = KEYBOARD.iter().map(walk).max().unwrap_or(0);
    longest >= 5 && longest * 2 >= text.len()
}

/// How many bytes the longest run takes in which each neighbouring pair is `linked`.
fn longest_run(text: &[u8], linked: impl Fn(u8, u8) -> bool) -> usize {
    let mut longest = usize::from(!text.is_empty());
    let mut run = longest;
    for pair in text.windows(2) {
        run = if linked(pair[0], pair[1]) { run + 1 } else { 1 };
        longest = longest.max(run);
    }
    longest
}

/// Whether `text` is one short piece at least three times over, or twice when it is long.
fn is_periodic(text: &[u8]) -> bool {
    let length = text.len();
    let repeats = |period: &usize| text.iter().zip(text.iter().skip(*period)).all(|(a, b)| a == b);
    let least = if length >= 16 { 2 } else { 3 };
    (1..=(length / least).min(64)).any(|period| repeats(&period))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_counted_and_periodic_bytes_are_regular() {
        for text in [
            "xxxxxxxx",
            "tok_aaaaaaaaaaaaaaaaaa",
            "abcdefghijklmnop",
            "ghp_aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789",
            "12345678",
            "0123456789abcdef0123456789abcdef",
            "deadbeefdeadbeef",
            "abcabcabc",
        ] {
            assert!(is_regular(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn random_looking_text_is_not_regular() {
        for text in [
            "q8Zr4TnB1xWv",
            "q8Zr4TnB1xWAAAAAAAAAAAv9fK2mX7dQ3",
            "AAAAB3NzaC1yc2EQ",
            "9f86d081884c7d65",
            "hunter2",
            "pass",
        ] {
            assert!(!is_regular(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn keyboard_rows_are_known() {
        assert!(is_keyboard_walk(b"qwertyuiop"));
        assert!(is_keyboard_walk(b"Asdfgh12"));
        assert!(!is_keyboard_walk(b"q8Zr4TnB1xWv"));
    }
}
