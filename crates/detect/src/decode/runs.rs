//! Long runs of bytes of one class, found by looking at a few bytes of ordinary text only.

use tightlip_model::ByteSpan;

/// Bytes that are looked at together: as many as fit a register.
const BLOCK: usize = 16;

/// The next run of at least `least` bytes of a class in `text`, at or after `from`, which must not be
/// inside of a run. `is_member` should be arithmetic without branches. Looks at blocks so far apart
/// that every run holds one of them whole; text of short words seldom fills one.
pub(super) fn next_run(
    text: &[u8],
    from: usize,
    least: usize,
    is_member: impl Fn(u8) -> bool,
) -> Option<ByteSpan> {
    let step = least - (BLOCK - 1);
    let mut start = from;
    let mut at = from;
    loop {
        let block = text.get(at..)?.first_chunk::<BLOCK>()?;
        if !block.iter().fold(true, |all, byte| all & is_member(*byte)) {
            at += step;
            continue;
        }
        let before = text.get(start..at)?.iter().rev();
        let run = at - before.take_while(|byte| is_member(**byte)).count();
        let after = text.get(at + BLOCK..)?.iter();
        let end = at + BLOCK + after.take_while(|byte| is_member(**byte)).count();
        if end - run >= least {
            return Some(ByteSpan::new(run, end));
        }
        start = end;
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(run) = next_run(text.as_bytes(), from, 18, |b| b.is_ascii_lowercase()) {
            found.push(&text[run.start..run.end]);
            from = run.end;
        }
        found
    }

    #[test]
    fn every_long_run_is_found_whole() {
        let letters = "abcdefghijklmnopqrstuvwxyz";
        for before in ["", " ", "ab ", "abcdefghijklmnopq ", "abcdefghijklmn opqrstuv "] {
            for run in [&letters[..18], &letters[..19], letters] {
                let text = format!("{before}{run}");
                assert_eq!(runs(&text).last(), Some(&run), "{text}");
                assert_eq!(runs(&format!("{text} ab")).last(), Some(&run), "{text}");
            }
        }
        let (short, long) = (&letters[..17], &letters[..18]);
        assert_eq!(runs(&format!("{short} {long} ab {letters}")), [long, letters]);
        assert_eq!(runs(&format!("{short} {short} {short}")), [""; 0]);
        assert_eq!(runs(""), [""; 0]);
    }
}
