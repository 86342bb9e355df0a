//! What a delta copies from its base, in the words of the model.

use tightlip_git::DeltaOrigin;
use tightlip_model::{ByteSpan, Copied};

/// Replaces `copies` by the runs that a delta copies, in order.
pub(super) fn of(origin: &DeltaOrigin<'_>, copies: &mut Vec<Copied>) {
    copies.clear();
    copies.extend(
        origin.copies.iter().map(|copy| Copied {
            from: copy.from,
            to: ByteSpan::new(copy.to, copy.to + copy.length),
        }),
    );
}
