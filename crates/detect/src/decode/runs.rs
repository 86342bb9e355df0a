//! Long runs of bytes of one class, found without a branch for each byte.

use tightlip_model::ByteSpan;

/// Bytes that are looked at together: one bit each.
const BLOCK: usize = 64;
/// Gathers the lowest bits of eight bytes in the uppermost byte.
const GATHER: u64 = 0x0102_0408_1020_4080;

/// The next run of at least `least` bytes of a class in `text`, at or after `from`, which must not be
/// inside of a run; `least` is [`BLOCK`] at most. `is_member` should be arithmetic without branches.
pub(super) fn next_run(
    text: &[u8],
    from: usize,
    least: usize,
    is_member: impl Fn(u8) -> bool,
) -> Option<ByteSpan> {
    let length = |from: usize| length(text.get(from..).unwrap_or_default(), &is_member);
    let mut at = from;
    // How many members stand right before `at`.
    let mut before = 0;
    while let Some(block) = text.get(at..).and_then(|rest| rest.first_chunk()) {
        let members = members(block, &is_member);
        let first = members.trailing_ones() as usize;
        if before + first >= least {
            return Some(ByteSpan::new(at - before, at + first + length(at + first)));
        }
        let runs = starts_of_runs(members, least);
        if runs != 0 {
            let start = at + runs.trailing_zeros() as usize;
            return Some(ByteSpan::new(start, start + length(start)));
        }
        before = members.leading_ones() as usize;
        at += BLOCK;
    }
    let mut start = at - before;
    while start + least <= text.len() {
        let end = start + length(start);
        if end - start >= least {
            return Some(ByteSpan::new(start, end));
        }
        start = end + 1;
    }
    None
}

/// How many members `text` begins with.
#[inline(always)]
fn length(text: &[u8], is_member: impl Fn(u8) -> bool) -> usize {
    let (blocks, rest) = text.as_chunks::<BLOCK>();
    let mut length = 0;
    for block in blocks {
        let members = members(block, &is_member).trailing_ones() as usize;
        length += members;
        if members < BLOCK {
            return length;
        }
    }
    length + rest.iter().take_while(|byte| is_member(**byte)).count()
}

/// A bit for each byte of a block: whether it is of the class.
#[inline(always)]
fn members(block: &[u8; BLOCK], is_member: impl Fn(u8) -> bool) -> u64 {
    let mut flags = [0; BLOCK];
    flags.iter_mut().zip(block).for_each(|(flag, byte)| *flag = u8::from(is_member(*byte)));
    let (eights, _) = flags.as_chunks::<8>();
    eights
        .iter()
        .rev()
        .fold(0, |bits, eight| bits << 8 | u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56)
}

/// Bits at the places from which on `least` bits are set.
fn starts_of_runs(bits: u64, least: usize) -> u64 {
    let mut runs = bits;
    let mut length = 1;
    while length < least {
        let more = length.min(least - length);
        runs &= runs >> more;
        length += more;
    }
    runs
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

    #[test]
    fn runs_are_found_wherever_blocks_begin() {
        let run = "abcdefghijklmnopqr";
        for before in 0..200 {
            for after in [0, 1, 63, 64, 130] {
                let text = ["ab ".repeat(before / 3), " ".repeat(before % 3), run.repeat(5)];
                let text = text.concat() + &" ".repeat(after) + run;
                let expected = if after == 0 {
                    vec![run.repeat(6)]
                } else {
                    vec![run.repeat(5), run.to_owned()]
                };
                assert_eq!(runs(&text), expected, "{before}, {after}");
            }
        }
    }
}
