//! Text between the tags of XML and HTML, or inside a quoted attribute of either.

use crate::plain::safe;

/// `text` with what steers a terminal, what XML forbids and what could end a text or an attribute
/// written as something that only shows.
pub(crate) fn text(text: &[u8]) -> String {
    let safe = safe(text);
    let mut out = String::with_capacity(safe.len() + safe.len() / 8);
    for c in safe.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_text_or_an_attribute() {
        let hostile = "</td><script>x('\"&')</script>\u{0}\u{ffff}]]>";
        assert_eq!(
            text(hostile.as_bytes()),
            "&lt;/td&gt;&lt;script&gt;x(&#39;&quot;&amp;&#39;)&lt;/script&gt;\\u{0}\\u{ffff}]]&gt;"
        );
    }
}
