//! Long runs of bytes of one class, found by looking at a few bytes of ordinary text only.

use tightlip_model::ByteSpan;

/// Which bytes belong to a class.
pub(super) type Class = [bool; 256];

/// The class of the bytes that `is_member` says yes to.
pub(super) const fn class(members: &[u8]) -> Class {
    let mut class = [false; 256];
    let mut at = 0;
    while at < members.len() {
        class[members[at] as usize] = true;
        at += 1;
    }
    class
}

/// The next run of at least `least` bytes of `class` in `text`, at or after `from`, which must not
/// be inside of a run. Looks at every `least`-th byte first, so that text of short words costs next
/// to nothing.
pub(super) fn next_run(text: &[u8], from: usize, least: usize, class: &Class) -> Option<ByteSpan> {
    let is_member = |&byte: &u8| class[usize::from(byte)];
    let mut start = from;
    loop {
        let probe = start + least - 1;
        if !is_member(text.get(probe)?) {
            start = probe + 1;
            continue;
        }
        match text.get(start..probe)?.iter().rposition(|byte| !is_member(byte)) {
            Some(gap) => start += gap + 1,
            None => {
                let more = text.get(probe..)?.iter().take_while(|byte| is_member(byte)).count();
                return Some(ByteSpan::new(start, probe + more));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LETTERS: Class = class(b"abcdefghijklmnopqrstuvwxyz");

    fn runs(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(run) = next_run(text.as_bytes(), from, 4, &LETTERS) {
            found.push(&text[run.start..run.end]);
            from = run.end;
        }
        found
    }

    #[test]
    fn every_long_run_is_found_whole() {
        assert_eq!(runs("abcd"), ["abcd"]);
        assert_eq!(runs("a bcd efgh ijklm no  pqrst"), ["efgh", "ijklm", "pqrst"]);
        assert_eq!(runs("abc def ghi"), [""; 0]);
        assert_eq!(runs(""), [""; 0]);
    }
}
