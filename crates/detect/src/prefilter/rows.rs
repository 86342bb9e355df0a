//! Many short lists in one, as constant data or made at run time.

use std::borrow::Cow;

/// Lists of `T`, one behind the other.
#[derive(Debug, Clone)]
pub(crate) struct Rows<T: Copy + 'static> {
    /// What all lists hold.
    pub(crate) items: Cow<'static, [T]>,
    /// Where each list ends.
    pub(crate) ends: Cow<'static, [u32]>,
}

impl<T: Copy> Default for Rows<T> {
    fn default() -> Self {
        Self { items: Cow::Borrowed(&[]), ends: Cow::Borrowed(&[]) }
    }
}

impl<T: Copy, R: AsRef<[T]>> FromIterator<R> for Rows<T> {
    fn from_iter<I: IntoIterator<Item = R>>(lists: I) -> Self {
        let mut rows = Self::default();
        for list in lists {
            rows.items.to_mut().extend_from_slice(list.as_ref());
            rows.ends.to_mut().push(u32::try_from(rows.items.len()).unwrap_or(u32::MAX));
        }
        rows
    }
}

impl<T: Copy> Rows<T> {
    /// How many lists there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The list of this number; empty when there is none.
    #[inline]
    pub(crate) fn get(&self, index: usize) -> &[T] {
        let end = self.ends.get(index).map_or(0, |end| *end as usize);
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before));
        self.items.get(start.map_or(0, |start| *start as usize)..end).unwrap_or_default()
    }

    /// All lists.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[T]> {
        (0..self.len()).map(|index| self.get(index))
    }
}
