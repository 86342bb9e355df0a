//! What a delta copies from its base, as runs of bytes.

use tightlip_git::{Delta, DeltaInstruction};
use tightlip_model::{ByteSpan, Copied};

/// Replaces `copies` by the runs that a delta copies, in order. Steps that continue each other on
/// both sides are one run: git splits copies at 64 KiB, and where its block hashes met.
pub(super) fn of(delta: &Delta<'_>, copies: &mut Vec<Copied>) {
    copies.clear();
    let mut at = 0;
    for step in delta.instructions() {
        let (from, length) = match step {
            DeltaInstruction::Insert(bytes) => {
                at += bytes.len();
                continue;
            }
            DeltaInstruction::Copy { offset, length } => (size(offset), size(length)),
        };
        let to = ByteSpan::new(at, at + length);
        at = to.end;
        match copies.last_mut() {
            Some(last) if last.to.end == to.start && last.from + last.to.len() == from => {
                last.to.end = to.end;
            }
            _ => copies.push(Copied { from, to }),
        }
    }
}

/// A place in an object that is in memory: a delta is handed out only after it was applied.
fn size(place: u64) -> usize {
    usize::try_from(place).expect("what was copied lies in memory")
}
