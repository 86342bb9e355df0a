//! Marvin32, the keyed checksum of Microsoft's identifiable keys.

/// The hash of `bytes` under `seed`, eight characters that read as one big-endian number.
pub(super) fn marvin32(bytes: &[u8], seed: &[u8; 8]) -> u32 {
    marvin(bytes, u64::from_be_bytes(*seed))
}

fn marvin(bytes: &[u8], seed: u64) -> u32 {
    let [a, b, c, d, e, f, g, h] = seed.to_le_bytes();
    let mut state = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
    let words = bytes.chunks_exact(4);
    let mut last = [0x80_u8, 0, 0, 0];
    for (index, byte) in words.remainder().iter().enumerate() {
        if let Some([to, mark]) = last.get_mut(index..index + 2) {
            (*to, *mark) = (*byte, 0x80);
        }
    }
    for word in words {
        let word = word.try_into().map_or(0, u32::from_le_bytes);
        state = block((state.0.wrapping_add(word), state.1));
    }
    let last = u32::from_le_bytes(last);
    state = block(block((state.0.wrapping_add(last), state.1)));
    state.0 ^ state.1
}

fn block((mut low, mut high): (u32, u32)) -> (u32, u32) {
    high ^= low;
    low = low.rotate_left(20).wrapping_add(high);
    high = high.rotate_left(9) ^ low;
    low = low.rotate_left(27).wrapping_add(high);
    high = high.rotate_left(19);
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_vectors_hold() {
        // From the tests of the .NET runtime.
        let cases: &[(u64, &[u8], u32)] = &[
            (0x004F_B61A_001B_DBCC, b"", 0x3020_09BC),
            (0x004F_B61A_001B_DBCC, b"\xAF", 0x3592_E206),
            (0x004F_B61A_001B_DBCC, b"\x37\xF4\x95", 0x6B3C_8B90),
            (0x004F_B61A_001B_DBCC, b"\x86\x42\xDC\x59", 0x0E94_07BE),
            (0x004F_B61A_001B_DBCC, b"\xAB\x42\x7E\xA8\xD1\x0F\xC7", 0x117F_CBA5),
            (0x804F_B61A_001B_DBCC, b"\xE7\x0F", 0x7BDF_321B),
            (0x804F_B61A_801B_DBCC, b"\x00\xFF\x00\xFF\x00\xFF\x00", 0x8A9C_61C6),
        ];
        for (seed, bytes, hash) in cases {
            assert_eq!(marvin(bytes, *seed), *hash, "{bytes:02X?}");
        }
    }
}
