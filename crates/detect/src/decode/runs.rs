//! Long runs of bytes of one class, on one line or wrapped.

use tightlip_model::ByteSpan;

use super::survey::{RUN, Sign, Surveyed};

/// Finds runs of at least `LEAST` bytes in a text from left to right. Their bytes are of the alphabets
/// of Base64, and `LEAST` is [`RUN`] at least.
pub(super) struct Runs<'t, const LEAST: usize, I> {
    text: &'t [u8],
    stretches: I,
    /// The stretch at hand, with the beginning of a run that goes on in it.
    room: ByteSpan,
}

/// The runs of a text.
pub(super) fn runs<'t, const LEAST: usize>(
    text: &Surveyed<'t>,
) -> Runs<'t, LEAST, impl Iterator<Item = ByteSpan>> {
    const { assert!(LEAST >= RUN) };
    Runs { text: text.text, stretches: text.stretches(Sign::Run), room: ByteSpan::default() }
}

impl<const LEAST: usize, I: Iterator<Item = ByteSpan>> Runs<'_, LEAST, I> {
    /// The next run of a class at or after `from`, which must not be inside of a run nor before where
    /// the last one ended.
    pub(super) fn next(&mut self, from: usize, is_member: impl Fn(u8) -> bool) -> Option<ByteSpan> {
        loop {
            let room = ByteSpan::new(from.max(self.room.start), self.room.end);
            let run = next_run::<LEAST>(self.text, room, &is_member);
            if run.is_some() {
                return run;
            }
            let stretch = self.stretches.next()?;
            let before = self.text.get(..stretch.start)?.iter().rev();
            let begun = before.take_while(|byte| is_member(**byte)).count();
            self.room = ByteSpan::new(stretch.start - begun, stretch.end);
        }
    }
}

/// The first run of which `LEAST` bytes are in `room`. Of bytes that are no members, most are passed over:
/// a run that begins at a place has a member at the last of its first `LEAST`.
fn next_run<const LEAST: usize>(
    text: &[u8],
    room: ByteSpan,
    is_member: impl Fn(u8) -> bool,
) -> Option<ByteSpan> {
    let mut start = room.start;
    loop {
        let first: &[u8; LEAST] = text.get(start..room.end)?.first_chunk()?;
        let Some(last) = first.iter().rposition(|byte| !is_member(*byte)) else { break };
        start += last + 1;
    }
    let rest = text.get(start + LEAST..)?;
    let more = rest.iter().take_while(|byte| is_member(**byte)).count();
    Some(ByteSpan::new(start, start + LEAST + more))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let mut blocks = Vec::new();
        let seen = Surveyed::of(text.as_bytes(), &mut blocks);
        let mut runs = runs::<RUN>(&seen);
        let mut from = 0;
        let next = || {
            let run = runs.next(from, |byte| byte.is_ascii_alphabetic())?;
            from = run.end;
            Some(&text[run.start..run.end])
        };
        std::iter::from_fn(next).collect()
    }

    #[test]
    fn every_long_run_is_found_whole() {
        // What does not stand for text is passed over.
        let letters = "VGVzVGVzVGVzVGVzVGVzVGVzVG";
        for before in ["", " ", "ab ", "VGVzVGVzVGVzVGVzVGVzVGV ", "VGVzVGVzVGVzVG VGVzVGVz "] {
            for run in [&letters[..24], &letters[..25], letters] {
                let text = format!("{before}{run}");
                assert_eq!(found(&text), [run], "{text}");
                assert_eq!(found(&format!("{text} ab")), [run], "{text}");
            }
        }
        let (short, long) = (&letters[..23], &letters[..24]);
        assert_eq!(found(&format!("{short} {long} ab {letters}")), [long, letters]);
        assert_eq!(found(&format!("{short} {short} {short}")), [""; 0]);
        assert_eq!(
            found(&format!("{long};{short};{letters};{short} {long}")),
            [long, letters, long]
        );
        assert_eq!(found(""), [""; 0]);
    }

    #[test]
    fn runs_are_found_wherever_blocks_begin() {
        let run = "VGVzVGVzVGVzVGVzVGVzVGVz";
        for before in 0..200 {
            for after in [0, 1, 63, 64, 130] {
                let text = ["ab ".repeat(before / 3), " ".repeat(before % 3), run.repeat(5)];
                let text = text.concat() + &" ".repeat(after) + run;
                let expected = if after == 0 {
                    vec![run.repeat(6)]
                } else {
                    vec![run.repeat(5), run.to_owned()]
                };
                assert_eq!(found(&text), expected, "{before}, {after}");
            }
        }
    }
}
