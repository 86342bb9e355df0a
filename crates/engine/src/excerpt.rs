//! The line around a secret, cut to a readable width, with every secret on it masked.

use tightlip_model::{ByteSpan, Encoding, Excerpt};
use tightlip_suppress::LineContext;

/// Bytes shown on either side of a secret, in code units of the text.
const SIDE: usize = 60;
/// Bytes looked at on either side of a secret for the ends of its line and the marks on it.
const LINE: usize = 2048;
const MASK: &str = "********";

/// A secret's span and what stands in its place when shown.
#[derive(Debug, Clone)]
pub(crate) struct Masked {
    pub(crate) span: ByteSpan,
    pub(crate) text: String,
}

/// Every secret of a text, sorted by start.
pub(crate) struct Secrets {
    spans: Vec<Masked>,
    /// The furthest end of the spans up to each one: a long span may reach past many that follow it.
    ends: Vec<usize>,
}

impl Secrets {
    /// The secrets at `spans`, which are sorted by start.
    pub(crate) fn new(spans: Vec<Masked>) -> Self {
        let mut furthest = 0;
        let ends = spans.iter().map(|one| {
            furthest = furthest.max(one.span.end);
            furthest
        });
        Self { ends: ends.collect(), spans }
    }

    /// Those that touch `window`, with their places.
    fn within(&self, window: ByteSpan) -> impl Iterator<Item = (usize, &Masked)> {
        let first = self.ends.partition_point(|&end| end <= window.start);
        let spans = self.spans.iter().enumerate().skip(first);
        spans
            .take_while(move |(_, one)| one.span.start < window.end)
            .filter(move |(_, one)| one.span.overlaps(window))
    }

    /// The excerpt for the secret at place `index`. Secrets that overlap are masked as one.
    pub(crate) fn excerpt(&self, text: &[u8], index: usize, encoding: Encoding) -> Excerpt {
        let Some(wanted) = self.spans.get(index) else {
            return Excerpt { text: MASK.to_owned(), start: 0, end: MASK.len() };
        };
        let window = line_around(text, wanted.span, SIDE * encoding.unit());
        let mut out = Excerpt { text: String::new(), start: 0, end: 0 };
        let mut at = window.start;
        for region in self.regions(window, index) {
            out.text += &plain(text, at, region.span.start, encoding);
            let start = out.text.len();
            out.text += region.text;
            if region.is_wanted {
                (out.start, out.end) = (start, out.text.len());
            }
            at = region.span.end;
        }
        out.text += &plain(text, at, window.end, encoding);
        out
    }

    /// What is masked within `window`: runs of overlapping secrets.
    fn regions(&self, window: ByteSpan, index: usize) -> Vec<Region<'_>> {
        let mut regions: Vec<Region<'_>> = Vec::new();
        for (place, masked) in self.within(window) {
            let is_wanted = place == index;
            match regions.last_mut().filter(|last| last.span.end > masked.span.start) {
                Some(last) => {
                    last.span.end = last.span.end.max(masked.span.end);
                    if is_wanted {
                        (last.text, last.is_wanted) = (&masked.text, true);
                    }
                }
                None => regions.push(Region { span: masked.span, text: &masked.text, is_wanted }),
            }
        }
        regions
    }
}

/// A run of overlapping secrets.
struct Region<'a> {
    span: ByteSpan,
    /// What stands in its place.
    text: &'a str,
    /// Whether the secret the excerpt is for lies in it.
    is_wanted: bool,
}

/// The part of the line of `span` that is shown: up to `side` bytes before and after it. A secret of
/// several lines is shown by its first.
fn line_around(text: &[u8], span: ByteSpan, side: usize) -> ByteSpan {
    let from = span.start.saturating_sub(side);
    let before = ByteSpan::new(from, span.start).of(text);
    let start = memchr::memrchr(b'\n', before).map_or(from, |at| from + at + 1);
    let after = ByteSpan::new(span.end, span.end + side).of(text);
    let end = span.end + memchr::memchr(b'\n', after).unwrap_or(after.len());
    ByteSpan::new(start, end.min(text.len()))
}

/// Bytes `start..end` as text, with broken characters at the cut ends dropped.
fn plain(text: &[u8], start: usize, end: usize, encoding: Encoding) -> String {
    let bytes = ByteSpan::new(start, end).of(text);
    match encoding {
        Encoding::Bytes => String::from_utf8_lossy(bytes).into_owned(),
        _ => {
            String::from_utf8_lossy(&bytes.iter().copied().filter(|&b| b != 0).collect::<Vec<_>>())
                .into_owned()
        }
    }
    .trim_end_matches('\r')
    .to_owned()
}

/// The lines around `span` where marks may stand.
pub(crate) fn line_context(text: &[u8], span: ByteSpan) -> LineContext<'_> {
    let start = line_start(text, span.start);
    let end = line_end(text, span.start);
    let last = if span.end > end {
        ByteSpan::new(line_start(text, span.end), line_end(text, span.end)).of(text)
    } else {
        &[]
    };
    let above = match start.checked_sub(1) {
        Some(feed) if text.get(feed) == Some(&b'\n') => {
            ByteSpan::new(line_start(text, feed), feed).of(text)
        }
        _ => &[],
    };
    LineContext { above, line: ByteSpan::new(start, end).of(text), last }
}

fn line_start(text: &[u8], at: usize) -> usize {
    let from = at.saturating_sub(LINE);
    let before = ByteSpan::new(from, at).of(text);
    memchr::memrchr(b'\n', before).map_or(from, |feed| from + feed + 1)
}

fn line_end(text: &[u8], at: usize) -> usize {
    let after = ByteSpan::new(at, at + LINE).of(text);
    at + memchr::memchr(b'\n', after).unwrap_or(after.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str, secrets: &[&str]) -> Vec<Masked> {
        let find = |secret: &&str| {
            let start = text.find(*secret).unwrap();
            Masked { span: (start..start + secret.len()).into(), text: "***".into() }
        };
        secrets.iter().map(find).collect()
    }

    fn shown(text: &str, secrets: &[&str], index: usize) -> (String, String) {
        let secrets = Secrets::new(masked(text, secrets));
        let found = secrets.excerpt(text.as_bytes(), index, Encoding::Bytes);
        let secret = found.text[found.start..found.end].to_owned();
        (found.text, secret)
    }

    #[test]
    fn the_line_is_shown_with_every_secret_on_it_masked() {
        let text = "x\ncurl -H AAAA -H BBBB # CCCC\ny";
        let (line, secret) = shown(text, &["AAAA", "BBBB", "CCCC"], 1);
        assert_eq!((line.as_str(), secret.as_str()), ("curl -H *** -H *** # ***", "***"));
    }

    #[test]
    fn a_secret_of_several_lines_shows_none_of_them() {
        let (line, _) = shown("key: BEGIN\nbody\nEND tail\nz", &["BEGIN\nbody\nEND"], 0);
        assert_eq!(line, "key: *** tail");
    }

    #[test]
    fn a_long_line_is_cut_and_a_neighbour_across_the_cut_stays_masked() {
        let neighbour = "N".repeat(100);
        let text = format!("{}{neighbour} SECRET{}", " ".repeat(500), "z".repeat(500));
        let (line, _) = shown(&text, &[&neighbour, "SECRET"], 1);
        assert_eq!(line, format!("*** ***{}", "z".repeat(SIDE)));
    }

    #[test]
    fn secrets_that_overlap_are_masked_as_one() {
        let (line, secret) = shown("x = ABCDEFGH y", &["ABCDE", "DEFGH"], 0);
        assert_eq!((line.as_str(), secret.as_str()), ("x = *** y", "***"));
    }

    #[test]
    fn a_long_secret_that_began_far_before_is_masked() {
        let long = format!("{}BB{}", "A".repeat(300), "A".repeat(100));
        let text = format!("{long} tail");
        let spans = vec![
            Masked { span: (0..402).into(), text: "***".into() },
            Masked { span: (1..3).into(), text: "###".into() },
            Masked { span: (300..302).into(), text: "+++".into() },
        ];
        let found = Secrets::new(spans).excerpt(text.as_bytes(), 2, Encoding::Bytes);
        assert_eq!(found.text, "+++");
    }

    #[test]
    fn the_context_holds_the_line_above_and_the_line_a_secret_ends_on() {
        let text = b"first\n# mark\nBEGIN\nbody\nEND # mark\nnext";
        let found = line_context(text, (13..27).into());
        assert_eq!(found.above, b"# mark");
        assert_eq!(found.line, b"BEGIN");
        assert_eq!(found.last, b"END # mark");
    }

    #[test]
    fn the_first_line_has_none_above_it() {
        let found = line_context(b"SECRET\nx", (0..6).into());
        assert_eq!((found.above, found.line, found.last), (&b""[..], &b"SECRET"[..], &b""[..]));
    }
}
