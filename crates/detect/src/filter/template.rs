//! Values that a program fills in later: `${X}`, `{{ x }}`, `%s`, `$VAR`, `<x>`.

use memchr::memmem;

/// Marks that no secret holds and every template language does.
const MARKS: [&[u8]; 11] =
    [b"${", b"{{", b"}}", b"#{", b"$(", b"<%", b"%>", b"{%", b"@@", b"\\(", b"%("];

/// Whether `value` is, or holds, something to be filled in.
pub(crate) fn is_template(value: &[u8]) -> bool {
    MARKS.iter().any(|mark| memmem::find(value, mark).is_some())
        || is_enclosed(value, b'<', b'>')
        || is_enclosed(value, b'{', b'}')
        || is_enclosed(value, b'[', b']')
        || is_enclosed(value, b'%', b'%')
        || is_variable(value)
        || is_format(value)
        || value == b"..."
        || value.windows(3).any(|three| three == [0xe2, 0x80, 0xa6])
}

fn is_enclosed(value: &[u8], open: u8, close: u8) -> bool {
    value.len() >= 2 && value.first() == Some(&open) && value.last() == Some(&close)
}

/// `$NAME`, `$name.part`, `$1`, `@name@`: but `$ecr3t!` is no variable.
fn is_variable(value: &[u8]) -> bool {
    let Some(name) = value.strip_prefix(b"$") else { return is_enclosed(value, b'@', b'@') };
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.:[]>-".contains(byte);
    let upper = name.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_');
    let lower = name.iter().all(|byte| byte.is_ascii_alphabetic() || b"_.:[]>-".contains(byte));
    !name.is_empty() && name.iter().all(is_name) && (upper || lower)
}

/// `%s`, `%d`, `{0}`, `{}`, `{name}` as a part of it.
fn is_format(value: &[u8]) -> bool {
    let formats = |pair: &[u8]| pair[0] == b'%' && b"sdvqr".contains(&pair[1]);
    let percent = value.len() <= 12 && value.windows(2).any(formats);
    percent || memmem::find(value, b"{}").is_some() || holds_braced_name(value)
}

fn holds_braced_name(value: &[u8]) -> bool {
    let Some(open) = memchr::memchr(b'{', value) else { return false };
    let rest = value.get(open + 1..).unwrap_or_default();
    let Some(close) = memchr::memchr(b'}', rest) else { return false };
    let name = rest.get(..close).unwrap_or_default();
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.:$ -".contains(byte);
    !name.is_empty() && name.iter().all(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_told() {
        for text in [
            "${X}",
            "{{ x }}",
            "#{x}",
            "$(cat x)",
            "<x>",
            "%APP_KEY%",
            "$TOKEN",
            "$token",
            "%s",
            "{0}",
            "{name}",
            "a-{name}-b",
            "<%= x %>",
            "@token@",
            "\\(secret)",
        ] {
            assert!(is_template(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn passwords_with_odd_signs_are_no_templates() {
        for text in ["$ecr3t!", "pa%word", "a{b", "x<y>z", "p@ss@word", "100%sure-About-1t"] {
            assert!(!is_template(text.as_bytes()), "{text}");
        }
    }
}
