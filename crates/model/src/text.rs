//! Text of unknown origin, made safe to show.

/// `text` as a terminal or log may show it: control characters, bidirectional marks and the rest of
/// the invisible ones as `\u{…}`, bytes that are no UTF-8 as `\x…`, tabs as a space.
#[must_use]
pub fn escape_terminal(text: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for chunk in text.utf8_chunks() {
        chunk.valid().chars().for_each(|c| push_escaped(&mut out, c));
        chunk.invalid().iter().for_each(|byte| out.push_str(&format!("\\x{byte:02x}")));
    }
    out
}

/// The same for text that is UTF-8 already.
#[must_use]
pub fn escape_text(text: &str) -> String {
    escape_terminal(text.as_bytes())
}

fn push_escaped(out: &mut String, c: char) {
    match c {
        '\t' => out.push(' '),
        c if is_unsafe(c) => out.extend(c.escape_unicode()),
        c => out.push(c),
    }
}

/// Whether a character moves the cursor, reorders the text around it or cannot be seen.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_a_terminal_gets_through() {
        let shown = escape_terminal(b"a\x1b]0;x\x07\r\n\xc2\x9b\xe2\x80\xae\xff\tb");
        assert_eq!(shown, r"a\u{1b}]0;x\u{7}\u{d}\u{a}\u{9b}\u{202e}\xff b");
    }

    #[test]
    fn ordinary_text_is_left_alone() {
        assert_eq!(escape_text("größe = 3 €"), "größe = 3 €");
    }
}
