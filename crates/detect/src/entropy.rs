//! How varied a string is, in Shannon bits. What is too little is each rule's affair.

/// Shannon bits a byte of `text`, by the frequencies of its own bytes; 0 for an empty one.
pub(crate) fn bits_per_byte(text: &[u8]) -> f32 {
    let mut counts = [0_u32; 256];
    for &byte in text {
        counts[usize::from(byte)] += 1;
    }
    let total = text.len() as f32;
    let share = |&count: &u32| {
        let share = count as f32 / total;
        -share * share.log2()
    };
    counts.iter().filter(|&&count| count > 0).map(share).sum()
}

/// How many different bytes `text` holds.
pub(crate) fn distinct(text: &[u8]) -> usize {
    let mut seen = [false; 256];
    for &byte in text {
        seen[usize::from(byte)] = true;
    }
    seen.iter().filter(|&&is_seen| is_seen).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entropy_is_that_of_the_frequencies() {
        assert_eq!(bits_per_byte(b""), 0.0);
        assert_eq!(bits_per_byte(b"aaaa"), 0.0);
        assert_eq!(bits_per_byte(b"abcdabcd"), 2.0);
    }

    #[test]
    fn distinct_counts_each_byte_once() {
        assert_eq!(distinct(b"abca"), 3);
    }
}
