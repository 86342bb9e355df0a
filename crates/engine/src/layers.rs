//! Container images: a secret that several layers hold is one finding that names them all.

use std::collections::{BTreeMap, HashMap};

use tightlip_model::{BlobId, Layer, RuleId, Secret};

use crate::hit::Hit;

/// Layers named in one finding; of more, how many there are.
const MOST_NAMED: usize = 20;

/// One secret in one image.
type Key<'a> = (&'a Layer, RuleId, Secret);

/// The hits, of which those in layers of one image that are the same secret become one: the one in the
/// lowest layer, which tells of all.
pub(crate) fn named(hits: Vec<Hit>, layers: &[Layer]) -> Vec<Hit> {
    if layers.is_empty() {
        return hits;
    }
    let known: HashMap<(Option<BlobId>, &[u8]), &Layer> =
        layers.iter().map(|layer| ((layer.blob, layer.path.as_bytes()), layer)).collect();
    // One layer stands for its image.
    let mut image_of = BTreeMap::new();
    let mut out = Vec::new();
    let mut groups: BTreeMap<Key<'_>, Vec<(&Layer, Hit)>> = BTreeMap::new();
    for hit in hits {
        match layer_of(&hit, &known) {
            None => out.push(hit),
            Some(layer) => {
                let image = *image_of.entry((&layer.image, layer.blob)).or_insert(layer);
                let key = (image, hit.rule, hit.secret.clone());
                groups.entry(key).or_default().push((layer, hit));
            }
        }
    }
    out.extend(groups.into_values().filter_map(joined));
    out
}

/// The layer that a hit's file is in.
fn layer_of<'l>(
    hit: &Hit,
    known: &HashMap<(Option<BlobId>, &[u8]), &'l Layer>,
) -> Option<&'l Layer> {
    let path = hit.provenance.path.as_bytes();
    let ends = path.iter().enumerate().filter(|(_, byte)| **byte == b'!').map(|(at, _)| at);
    ends.filter_map(|end| known.get(&(hit.provenance.blob, path.get(..end)?))).next().copied()
}

fn joined(mut group: Vec<(&Layer, Hit)>) -> Option<Hit> {
    group.sort_by(|(a, one), (b, other)| {
        let key =
            |layer: &Layer, hit: &Hit| (layer.index, hit.provenance.path.clone(), hit.location);
        key(a, one).cmp(&key(b, other))
    });
    let mut said: Vec<String> = group.iter().map(|(layer, hit)| words(layer, hit)).collect();
    said.dedup();
    let more = said.len().saturating_sub(MOST_NAMED);
    said.truncate(MOST_NAMED);
    if more > 0 {
        said.push(format!("in {more} more places of the image"));
    }
    let (_, mut hit) = group.into_iter().next()?;
    hit.evidence.extend(said);
    Some(hit)
}

/// Where a hit stands in its image.
fn words(layer: &Layer, hit: &Hit) -> String {
    let path = hit.provenance.path.as_bytes();
    let file = path.get(layer.path.as_bytes().len() + 1..).unwrap_or_default();
    let (file, Layer { digest, instruction, .. }) = (String::from_utf8_lossy(file), layer);
    let number = layer.index + 1;
    match instruction.as_str() {
        "" => format!("`{file}` of layer {number} ({digest})"),
        made => format!("`{file}` of layer {number} ({digest}), made by `{made}`"),
    }
}
