//! What decoders look for, seen in one pass over a text: a bit for each kind of sign in each block of
//! it. A decoder then looks only where its sign is.
//!
//! Owns: the pass, and telling a decoder where to look: wherever its sign is, and now and then where it
//! is not. Leaves to the decoders what a sign is; they are asked wherever two bytes may begin one.

mod block;
mod letters;

use fearless_simd::{Level, Simd, dispatch};
use tightlip_model::ByteSpan;

use self::block::{BLOCK, Looker, NO_BLOCK, READ};
use super::{concatenation, escape, html, list, percent, quoted};

/// How many bytes of the alphabets of Base64 in a row are a run; hexadecimal digits are among them.
pub(super) const RUN: usize = 24;

/// What a decoder looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// `%41`.
    Percent,
    /// `\x41`.
    Escape,
    /// `&#65;`.
    Entity,
    /// `=3D`.
    Quoted,
    /// What stands between two literals.
    Joint,
    /// A NUL byte before a character.
    Nul,
    /// A number of a list.
    Number,
    /// A run that may be text in Base64 or hexadecimal: some block of it.
    Run,
}

impl Sign {
    /// Its bit in the set of a block.
    fn bit(self) -> u8 {
        1 << self as u8
    }

    /// The sign that begins at `at`.
    fn at(text: &[u8], at: usize) -> Option<Self> {
        let (sign, is_there) = match text.get(at)? {
            b'%' => (Self::Percent, percent::is_sign(text, at)),
            b'\\' => (Self::Escape, escape::is_sign(text, at)),
            b'&' => (Self::Entity, html::is_sign(text, at)),
            b'=' => (Self::Quoted, quoted::is_sign(text, at)),
            b'"' | b'\'' => (Self::Joint, concatenation::is_sign(text, at)),
            b'0' => (Self::Number, list::is_sign(text, at)),
            0 => (Self::Nul, true),
            _ => return None,
        };
        is_there.then_some(sign)
    }
}

/// A text, and what signs are where in it.
pub(crate) struct Surveyed<'t> {
    pub(super) text: &'t [u8],
    blocks: &'t [u8],
}

impl<'t> Surveyed<'t> {
    /// Looks through `text`; `blocks` is working memory.
    pub(crate) fn of(text: &'t [u8], blocks: &'t mut Vec<u8>) -> Self {
        blocks.clear();
        blocks.resize(text.len().div_ceil(BLOCK), 0);
        dispatch!(Level::new(), simd => survey(simd, text, blocks));
        Self { text, blocks }
    }

    /// The stretches of the text that have the sign, as far as that takes whole blocks.
    pub(super) fn stretches(&self, sign: Sign) -> impl Iterator<Item = ByteSpan> + use<'t> {
        let (blocks, length, mut at) = (self.blocks, self.text.len(), 0);
        std::iter::from_fn(move || {
            let start = next_with(blocks, at, sign.bit())?;
            let has_sign = |block: &&u8| **block & sign.bit() != 0;
            let count = blocks.get(start..)?.iter().take_while(has_sign).count();
            at = start + count;
            Some(ByteSpan::new(start * BLOCK, length.min(at * BLOCK)))
        })
    }

    /// Where `byte` is in the stretches that have a sign which begins with it.
    pub(super) fn places(&self, sign: Sign, byte: u8) -> impl Iterator<Item = usize> + use<'t> {
        let text = self.text;
        self.stretches(sign).flat_map(move |stretch| {
            memchr::memchr_iter(byte, stretch.of(text)).map(move |at| stretch.start + at)
        })
    }
}

/// The first block at or after `from` that has a bit.
fn next_with(blocks: &[u8], from: usize, bit: u8) -> Option<usize> {
    let mut at = from;
    while let Some(eight) = blocks.get(at..)?.first_chunk() {
        let found = u64::from_le_bytes(*eight) & u64::from_le_bytes([bit; 8]);
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    let rest = blocks.get(at..)?;
    rest.iter().position(|block| block & bit != 0).map(|index| at + index)
}

/// Puts into `blocks` the signs of each block of the text.
#[inline(always)]
fn survey<S: Simd>(simd: S, text: &[u8], blocks: &mut [u8]) {
    let looker = Looker::new(simd);
    let end = end_of(text);
    let (mut before, mut in_runs_before) = (&NO_BLOCK, 0);
    for (index, signs) in blocks.iter_mut().enumerate() {
        let start = index * BLOCK;
        let rest = text.get(start..).unwrap_or_default();
        let block = rest.first_chunk().unwrap_or(&end);
        let (mut pairs, in_runs) = looker.look(block);
        while pairs != 0 {
            let sign = Sign::at(text, start + pairs.trailing_zeros() as usize);
            *signs |= sign.map_or(0, Sign::bit);
            pairs &= pairs - 1;
        }
        if letters::has_end_of_run(in_runs_before, in_runs) {
            let bytes = [(before, in_runs_before), (block, in_runs)];
            *signs |= u8::from(letters::may_be_text(simd, start, bytes)) << Sign::Run as u8;
        }
        (before, in_runs_before) = (block, in_runs);
    }
}

/// The last block of a text, filled up.
fn end_of(text: &[u8]) -> [u8; READ] {
    let start = text.len().saturating_sub(1) / BLOCK * BLOCK;
    let rest = text.get(start..).unwrap_or_default();
    let mut end = NO_BLOCK;
    end.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    end
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD_NO_PAD;
    use proptest::prelude::*;

    use super::*;
    use crate::decode::DECODERS;

    /// What all decoders are told to be encoded.
    fn spans(seen: &Surveyed<'_>) -> Vec<(usize, ByteSpan)> {
        let mut spans = Vec::new();
        for (index, decoder) in DECODERS.iter().enumerate() {
            (decoder.spans)(seen, &mut |span| spans.push((index, span)));
        }
        spans
    }

    /// Text in Base64, after what it may be joined to.
    fn base64() -> impl Strategy<Value = String> {
        let encode = |text: &String| base64::Engine::encode(&STANDARD_NO_PAD, text);
        ("([A-Za-z_]{0,9}[/_-]){0,12}", "[ -~]{16,40}|[ -~]{40,400}", "[ =\\n]{0,2}")
            .prop_map(move |(before, text, after)| before + &encode(&text) + &after)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]
        #[test]
        fn decoders_find_the_same_where_they_are_sent_as_everywhere(
            text in prop::collection::vec(
                prop_oneof![
                    base64(), base64(), base64(), "[A-Za-z0-9+/_-]{1,90}", "[a-z_]{20,140}", "([0-9A-F]{1,100}|[0-9a-f]{1,100})",
                    "([2-6][0-9a-e]){14,60}", "[%\\\\&=\"'.+ <\\r\\n]{1,5}", "[ -~\\n]{0,80}",
                    "[%=][0-9A-F]{2}", "=3D", "\\\\(x|u00)[0-9a-f]{2}", "&(#[0-9]{2}|amp|lt|plus);",
                    "(0x[2-7][0-9a-f],[ \\n]){1,40}", "[a-z]\"[ +\\n]{1,3}\"[a-z]",
                    "([ -~\\t]\u{0}){1,40}", "(\u{0}[ -~\\t]){1,40}", "\u{0}{1,80}", " {1,70}",
                    "([A-Z]{5}[a-z]{5}){6,9}\\n", "\\PC{0,9}",
                ],
                0..9,
            ),
        ) {
            let text = text.concat();
            let (mut blocks, everywhere) = (Vec::new(), vec![u8::MAX; text.len().div_ceil(BLOCK)]);
            let seen = spans(&Surveyed::of(text.as_bytes(), &mut blocks));
            let all = spans(&Surveyed { text: text.as_bytes(), blocks: &everywhere });
            prop_assert_eq!(seen, all, "{:?}", text);
        }
    }
}
