//! Replays fuzz targets with the stable compiler: on good inputs, and on what becomes of them by a few
//! changes, the same in each run. What finds more is `cargo +nightly fuzz run TARGET` beside each
//! parser.
//!
//! `TIGHTLIP_FUZZ_ROUNDS` sets how many changed inputs each target gets, `TIGHTLIP_FUZZ_SEED` which;
//! `TIGHTLIP_FUZZ_SEEDS` names a folder for the good inputs, to begin a corpus with.

use std::path::Path;

/// Inputs tried per target, besides the good ones.
const ROUNDS: u64 = 300;

fn set(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|said| said.parse().ok()).unwrap_or(otherwise)
}

/// Numbers that differ but are the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % below.max(1)
    }

    fn change(&mut self, bytes: &mut Vec<u8>) {
        const EDGES: [u8; 8] = [0, 1, 0x10, 0x7f, 0x80, 0x81, 0xfe, 0xff];
        let place = self.roll(bytes.len());
        match self.roll(6) {
            0 if place < bytes.len() => bytes[place] ^= 1 << self.roll(8),
            1 if place < bytes.len() => bytes[place] = EDGES[self.roll(EDGES.len())],
            2 => bytes.truncate(place),
            3 => bytes.insert(place, EDGES[self.roll(EDGES.len())]),
            4 if place < bytes.len() => drop(bytes.remove(place)),
            _ => {
                let end = (place + 1 + self.roll(8)).min(bytes.len());
                let piece = bytes[place.min(end)..end].to_vec();
                let to = self.roll(bytes.len());
                bytes.splice(to..to, piece);
            }
        }
    }
}

/// Runs a target on the good inputs, on nothing, and on changed ones.
pub(crate) fn replay(name: &str, target: fn(&[u8]), good: &[Vec<u8>]) {
    if let Some(folder) = std::env::var_os("TIGHTLIP_FUZZ_SEEDS") {
        keep(&Path::new(&folder).join(name), good);
    }
    good.iter().for_each(|input| target(input));
    target(&[]);
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ set("TIGHTLIP_FUZZ_SEED", 0));
    for round in 0..set("TIGHTLIP_FUZZ_ROUNDS", ROUNDS) {
        let round = usize::try_from(round).expect("fewer rounds");
        let mut input = good[round % good.len()].clone();
        for _ in 0..=dice.roll(3) {
            dice.change(&mut input);
        }
        target(&input);
    }
}

fn keep(folder: &Path, good: &[Vec<u8>]) {
    std::fs::create_dir_all(folder).expect("a folder");
    for (number, input) in good.iter().enumerate() {
        std::fs::write(folder.join(format!("seed-{number}")), input).expect("a file");
    }
}
