//! Values that a program fills in later: `${X}`, `{{ x }}`, `%s`, `$VAR`, `<x>`.

use memchr::memmem;

/// Marks that no secret holds and every template language does.
const MARKS: [&[u8]; 8] = [b"${", b"{{", b"}}", b"#{", b"<%", b"%>", b"{%", b"\\("];
/// Marks that a random value may hold, and what closes them when they enclose a name.
const PAIRS: [(&[u8], &[u8]); 3] = [(b"$(", b")"), (b"@@", b"@@"), (b"%(", b")")];

/// Whether `value` is, or holds, something to be filled in.
pub(crate) fn is_template(value: &[u8]) -> bool {
    MARKS.iter().any(|mark| memmem::find(value, mark).is_some())
        || PAIRS.iter().any(|(open, close)| holds_pair(value, open, close))
        || is_enclosed(value, b'<', b'>')
        || is_enclosed(value, b'{', b'}')
        || is_enclosed(value, b'[', b']')
        || is_enclosed(value, b'%', b'%')
        || is_variable(value)
        || is_format(value)
        || value == b"..."
        || value.windows(3).any(|three| three == [0xe2, 0x80, 0xa6])
}

/// Whether `value` holds a name, or a command of such, between two marks.
fn holds_pair(value: &[u8], open: &[u8], close: &[u8]) -> bool {
    let Some(at) = memmem::find(value, open) else { return false };
    let rest = value.get(at + open.len()..).unwrap_or_default();
    let Some(end) = memmem::find(rest, close) else { return at == 0 };
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-./ $:\"'|".contains(byte);
    end > 0 && rest.iter().take(end).all(is_part)
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
        for text in [
            "$ecr3t!",
            "pa%word",
            "q8@@4TnB1x",
            "z$(k8#m)q",
            "a{b",
            "x<y>z",
            "p@ss@word",
            "100%sure-About-1t",
        ] {
            assert!(!is_template(text.as_bytes()), "{text}");
        }
    }
}
