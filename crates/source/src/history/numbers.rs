//! Objects by number: lists by number instead of tables by id make questions about all objects of a
//! history cheap.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tightlip_git::{Ids, ObjectId, Objects};

/// More leading bits than this are not used to find an id.
const MOST_BITS: u32 = 24;

/// The objects of a store in the order of their ids, then those that are referred to and not there,
/// as they are met.
pub(super) struct Numbers {
    ids: Ids,
    /// Where the ids begin whose leading bits are each number.
    starts: Vec<u32>,
    bits: u32,
    absent: Mutex<Absent>,
}

#[derive(Default)]
struct Absent {
    numbers: HashMap<ObjectId, u32>,
    ids: Vec<ObjectId>,
}

impl Numbers {
    /// The numbers of what the store holds now.
    pub(super) fn new(objects: &Objects) -> Self {
        let ids = objects.ids();
        let bits = (ids.len() >> 3).max(2).ilog2().min(MOST_BITS);
        let mut starts = vec![0; (1 << bits) + 1];
        for id in ids.iter() {
            starts.get_mut(leading(&id, bits) + 1).into_iter().for_each(|count| *count += 1);
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        Self { ids, starts, bits, absent: Mutex::default() }
    }

    /// The same numbers once more.
    pub(super) fn like(other: &Self) -> Self {
        let absent = other.absent();
        let absent = Absent { numbers: absent.numbers.clone(), ids: absent.ids.clone() };
        let (ids, starts) = (other.ids.clone(), other.starts.clone());
        Self { ids, starts, absent: Mutex::new(absent), ..*other }
    }

    /// The number of an object that is there, and most likely at `place` in the order of all.
    pub(super) fn find_at(&self, id: &ObjectId, place: Option<u32>) -> Option<u32> {
        let is_it = |place: &u32| self.ids.raw(*place) == Some(id.as_bytes());
        place.filter(is_it).or_else(|| self.find(id))
    }

    /// The number of an object that is there.
    pub(super) fn find(&self, id: &ObjectId) -> Option<u32> {
        let place = leading(id, self.bits);
        let &[mut low, mut high] = self.starts.get(place..)?.first_chunk()?;
        // Ids are spread evenly: the bits behind the leading ones say nearly where this one is.
        let mut middle = low + share(id, self.bits, high - low);
        while low < high {
            match order(self.ids.raw(middle)?, id.as_bytes()) {
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
                Ordering::Equal => return Some(middle),
            }
            middle = low + (high - low) / 2;
        }
        None
    }

    /// The number of an object that is there or was referred to.
    pub(super) fn known(&self, id: &ObjectId) -> Option<u32> {
        self.find(id).or_else(|| self.absent().numbers.get(id).copied())
    }

    /// The number of an object, which it gets now if it has none.
    pub(super) fn of(&self, id: &ObjectId) -> u32 {
        self.find(id).unwrap_or_else(|| {
            let mut absent = self.absent();
            let next = number(self.present() + absent.ids.len());
            let given = *absent.numbers.entry(*id).or_insert(next);
            if given == next {
                absent.ids.push(*id);
            }
            given
        })
    }

    /// The id of the object with this number.
    pub(super) fn id(&self, number: u32) -> Option<ObjectId> {
        let later = (number as usize).checked_sub(self.present());
        match later {
            Some(at) => self.absent().ids.get(at).copied(),
            None => ObjectId::from_bytes(self.ids.raw(number)?),
        }
    }

    /// How many numbers there are.
    pub(super) fn count(&self) -> usize {
        self.present() + self.absent().ids.len()
    }

    /// The numbers of objects that are referred to and not there.
    pub(super) fn lacking(&self) -> std::ops::Range<u32> {
        number(self.present())..number(self.count())
    }

    fn present(&self) -> usize {
        self.ids.len()
    }

    fn absent(&self) -> MutexGuard<'_, Absent> {
        self.absent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How two ids follow each other: nearly always their first bytes tell.
fn order(a: &[u8], b: &[u8]) -> Ordering {
    let first = |id: &[u8]| id.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
    first(a).cmp(&first(b)).then_with(|| a.cmp(b))
}

fn leading(id: &ObjectId, bits: u32) -> usize {
    let first = id.as_bytes().first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes));
    (u64::from(first) >> (u32::BITS - bits)) as usize
}

/// The part of `count` that the bits behind the leading ones make up.
fn share(id: &ObjectId, bits: u32, count: u32) -> u32 {
    let first = id.as_bytes().first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes));
    let part = (u64::from(first << bits) * u64::from(count)) >> u32::BITS;
    u32::try_from(part).unwrap_or(0)
}

/// A count as it is stored. What is counted is bounded, and each costs bytes of a pack.
pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).expect("memory holds fewer than 2^32 of what is counted here")
}
