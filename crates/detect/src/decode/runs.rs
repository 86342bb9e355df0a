//! Long runs of bytes of one class, on one line or wrapped. They are found sixteen bytes at a time: first
//! those of a class that takes one comparison to tell, and within them those of the class asked for.

use tightlip_model::ByteSpan;
use wide::u8x16;

/// Bytes that are looked at together: one bit each.
const BLOCK: usize = 64;
/// The least byte that is a member of any class: few runs of source code are long where blanks,
/// quotes and brackets end them.
const LOWEST: u8 = b'+';

/// Finds runs of at least `LEAST` bytes, which is [`BLOCK`] at most, in a text from left to right.
pub(super) struct Runs<'t, const LEAST: usize> {
    text: &'t [u8],
    /// Where the run of bytes from [`LOWEST`] on ends that was found last: a long one that holds many
    /// short ones is measured once.
    coarse_end: usize,
}

impl<'t, const LEAST: usize> Runs<'t, LEAST> {
    pub(super) fn of(text: &'t [u8]) -> Self {
        Self { text, coarse_end: 0 }
    }

    /// The next run of a class at or after `from`, which must not be inside of a run nor before where
    /// the last one ended. `members` sets all bits of each member's byte; members are [`LOWEST`] or
    /// above.
    pub(super) fn next(
        &mut self,
        from: usize,
        members: impl Fn(u8x16) -> u8x16,
    ) -> Option<ByteSpan> {
        let mut from = from;
        loop {
            if from >= self.coarse_end {
                let is_coarse = |bytes| from_to(bytes, LOWEST, u8::MAX);
                let coarse = next_run_of::<LEAST>(self.text, from, is_coarse)?;
                (from, self.coarse_end) = (coarse.start, coarse.end);
            }
            let fine = next_run_of::<LEAST>(self.text.get(..self.coarse_end)?, from, &members);
            if fine.is_some() {
                return fine;
            }
            from = self.coarse_end;
        }
    }
}

/// The bytes from `first` to `last`.
#[inline(always)]
pub(super) fn from_to(bytes: u8x16, first: u8, last: u8) -> u8x16 {
    let moved = bytes - u8x16::splat(first);
    moved.simd_le(u8x16::splat(last - first))
}

/// A run together with the lines it goes on in, each made of members alone; a line goes on if it has
/// at least `wrapped` of them.
pub(super) fn unwrapped(
    text: &[u8],
    first: ByteSpan,
    wrapped: usize,
    is_member: impl Fn(u8) -> bool,
) -> ByteSpan {
    let mut run = first;
    let mut line = first;
    while line.len() >= wrapped {
        let Some(next) = next_line(text, run.end, &is_member) else { break };
        run.end = next.end;
        line = next;
    }
    run
}

fn next_line(text: &[u8], end: usize, is_member: impl Fn(u8) -> bool) -> Option<ByteSpan> {
    let rest = text.get(end..)?;
    let feed = rest.iter().take_while(|&&byte| byte == b'\r' || byte == b'\n').count();
    let indent =
        rest.get(feed..)?.iter().take_while(|&&byte| byte == b' ' || byte == b'\t').count();
    let start = end + feed + indent;
    let length = text.get(start..)?.iter().take_while(|byte| is_member(**byte)).count();
    let after = text.get(start + length);
    let is_whole = after.is_none_or(|byte| b"\r\n=\"'`<\\".contains(byte));
    ((1..=2).contains(&feed) && length > 0 && is_whole).then(|| (start..start + length).into())
}

/// Whether any byte of a span is a member.
#[inline(always)]
pub(super) fn has(text: &[u8], span: ByteSpan, members: impl Fn(u8x16) -> u8x16) -> bool {
    (span.start..span.end).step_by(BLOCK).any(|at| {
        let inside = u64::MAX >> BLOCK.saturating_sub(span.end - at);
        bits_at(text, at, &members) & inside != 0
    })
}

/// The next run of any class at or after `from`, as [`Runs`] finds it.
#[inline(always)]
fn next_run_of<const LEAST: usize>(
    text: &[u8],
    from: usize,
    members: impl Fn(u8x16) -> u8x16,
) -> Option<ByteSpan> {
    let mut at = from;
    // How many members stand right before `at`.
    let mut before = 0;
    while at < text.len() {
        let bits = bits_at(text, at, &members);
        let first = bits.trailing_ones() as usize;
        if before + first >= LEAST {
            return Some(ByteSpan::new(
                at - before,
                at + first + length(text, at + first, members),
            ));
        }
        let runs = starts_of_runs::<LEAST>(bits);
        if runs != 0 {
            let start = at + runs.trailing_zeros() as usize;
            return Some(ByteSpan::new(start, start + length(text, start, members)));
        }
        before = bits.leading_ones() as usize;
        at += BLOCK;
    }
    None
}

/// How many members stand at `from` in a row.
fn length(text: &[u8], from: usize, members: impl Fn(u8x16) -> u8x16) -> usize {
    let mut length = 0;
    loop {
        let more = bits_at(text, from + length, &members).trailing_ones() as usize;
        length += more;
        if more < BLOCK {
            return length;
        }
    }
}

/// A bit for each of the bytes from `at` on: whether it is a member. What is behind the text is none.
#[inline(always)]
fn bits_at(text: &[u8], at: usize, members: impl Fn(u8x16) -> u8x16) -> u64 {
    let rest = text.get(at..).unwrap_or_default();
    let bits = |block: &[u8; BLOCK]| {
        let (lanes, _) = block.as_chunks();
        let of_lane = |lane: &[u8; 16]| u64::from(members(u8x16::from(*lane)).to_bitmask());
        lanes.iter().rev().fold(0, |bits, lane| bits << 16 | of_lane(lane))
    };
    if let Some(block) = rest.first_chunk() {
        return bits(block);
    }
    let mut block = [0; BLOCK];
    block[..rest.len()].copy_from_slice(rest);
    bits(&block)
}

/// Bits at the places from which on `LEAST` bits are set.
#[inline(always)]
fn starts_of_runs<const LEAST: usize>(bits: u64) -> u64 {
    let mut runs = bits;
    let mut length = 1;
    while length < LEAST {
        let more = length.min(LEAST - length);
        runs &= runs >> more;
        length += more;
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lowercase(bytes: u8x16) -> u8x16 {
        from_to(bytes, b'a', b'z')
    }

    fn runs(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        let mut from = 0;
        let mut all = Runs::<18>::of(text.as_bytes());
        while let Some(run) = all.next(from, lowercase) {
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
        assert_eq!(
            runs(&format!("{long};{short};{letters};{short} {long}")),
            [long, letters, long]
        );
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
