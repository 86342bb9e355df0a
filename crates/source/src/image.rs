//! Container images: which layer a file of an archive or folder is, and the instruction that made it.
//!
//! Owns: the configuration, manifests and history that `docker save` and the OCI layout keep beside the
//! layers. Leaves to others: opening layers, which are archives like any other.

use serde_json::Value;
use tightlip_model::{BlobId, Layer, PathBytes, Provenance};

/// The longest configuration or manifest that is looked at.
const LONGEST: usize = 4 << 20;
/// The most of them in one image.
const MOST: usize = 4096;
/// The most of an instruction that is told.
const LONGEST_INSTRUCTION: usize = 400;

/// What was seen of images so far.
#[derive(Debug, Default)]
pub(crate) struct Images {
    documents: Vec<Document>,
}

/// A configuration or a manifest.
#[derive(Debug)]
struct Document {
    /// What its path has in common with that of its neighbours.
    folder: Vec<u8>,
    /// The rest of its path.
    name: Vec<u8>,
    blob: Option<BlobId>,
    content: Value,
}

impl Images {
    /// Looks at a file at `provenance`, which stands in a container or folder whose path has `outer`
    /// bytes.
    pub(crate) fn see(&mut self, bytes: &[u8], outer: usize, provenance: &Provenance) {
        let has = |word: &[u8]| memchr::memmem::find(bytes, word).is_some();
        let may_be_one = matches!(bytes.first(), Some(b'{' | b'['))
            && bytes.len() <= LONGEST
            && self.documents.len() < MOST
            && (has(b"\"diff_ids\"") || has(b"\"layers\"") || has(b"\"Layers\""));
        if !may_be_one {
            return;
        }
        let Ok(content) = serde_json::from_slice(bytes) else { return };
        let (folder, name) = provenance.path.as_bytes().split_at(outer);
        let (folder, name, blob) = (folder.to_vec(), name.to_vec(), provenance.blob);
        self.documents.push(Document { folder, name, blob, content });
    }

    /// The layers of all images, sorted.
    pub(crate) fn layers(&self) -> Vec<Layer> {
        let mut layers: Vec<Layer> = self.documents.iter().flat_map(|one| self.of(one)).collect();
        layers.sort();
        layers.dedup_by(|a, b| (&a.path, a.blob) == (&b.path, b.blob));
        layers
    }

    /// The layers that a manifest lists.
    fn of(&self, manifest: &Document) -> Vec<Layer> {
        let images: Vec<&Value> = match &manifest.content {
            Value::Array(images) => images.iter().collect(),
            one => vec![one],
        };
        images.into_iter().flat_map(|image| self.listed(manifest, image)).collect()
    }

    fn listed(&self, manifest: &Document, image: &Value) -> Vec<Layer> {
        let (config, files) = match (image["Config"].as_str(), image["config"]["digest"].as_str()) {
            (Some(config), _) => (config.to_owned(), texts(&image["Layers"], None)),
            (None, Some(digest)) => {
                let digests = texts(&image["layers"], Some("digest"));
                (blob_file(digest), digests.iter().map(|digest| blob_file(digest)).collect())
            }
            (None, None) => return Vec::new(),
        };
        let config = self.documents.iter().find(|one| {
            one.folder == manifest.folder && one.blob == manifest.blob && one.is_named(&config)
        });
        let config = config.map_or(&Value::Null, |one| &one.content);
        let ids = texts(&config["rootfs"]["diff_ids"], None);
        let made = instructions(&config["history"]);
        let layer = |(index, file): (usize, &String)| Layer {
            image: PathBytes(manifest.folder.clone()),
            index,
            path: PathBytes(
                [manifest.folder.as_slice(), manifest.separator(), file.as_bytes()].concat(),
            ),
            blob: manifest.blob,
            digest: digest_of(file).or_else(|| ids.get(index).cloned()).unwrap_or_default(),
            instruction: made.get(index).cloned().unwrap_or_default(),
        };
        files.iter().enumerate().map(layer).collect()
    }
}

impl Document {
    /// What stands between the path of the folder or container and those of the files in it.
    fn separator(&self) -> &[u8] {
        self.name.get(..1).filter(|first| matches!(*first, b"!" | b"/")).unwrap_or_default()
    }

    fn is_named(&self, file: &str) -> bool {
        self.name.strip_prefix(self.separator()).is_some_and(|name| name == file.as_bytes())
    }
}

/// The texts of a list, or of one field of what is in it.
fn texts(list: &Value, field: Option<&str>) -> Vec<String> {
    let text = |one: &Value| {
        let value = field.map_or(one, |field| &one[field]);
        value.as_str().unwrap_or_default().to_owned()
    };
    list.as_array().into_iter().flatten().map(text).collect()
}

/// Where an OCI layout keeps what has this digest.
fn blob_file(digest: &str) -> String {
    format!("blobs/{}", digest.replacen(':', "/", 1))
}

/// The digest that a file of an OCI layout is named after.
fn digest_of(file: &str) -> Option<String> {
    let (kind, digits) = file.strip_prefix("blobs/")?.split_once('/')?;
    Some(format!("{kind}:{digits}"))
}

/// The instructions that made a layer, in the order of the layers.
fn instructions(history: &Value) -> Vec<String> {
    let made = history.as_array().into_iter().flatten();
    let made = made.filter(|one| one["empty_layer"] != Value::Bool(true));
    made.map(|one| shortened(one["created_by"].as_str().unwrap_or_default())).collect()
}

fn shortened(instruction: &str) -> String {
    let plain = instruction.trim_start_matches("/bin/sh -c ").trim_start_matches("#(nop) ");
    let words: Vec<&str> = plain.split_whitespace().collect();
    let mut text = words.join(" ");
    if let Some((end, _)) = text.char_indices().nth(LONGEST_INSTRUCTION) {
        text.truncate(end);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use tightlip_model::Origin;

    fn seen(files: &[(&str, &str)]) -> Vec<Layer> {
        let mut images = Images::default();
        for (path, content) in files {
            let provenance = Provenance::at(Origin::File, *path);
            images.see(content.as_bytes(), 5, &provenance);
        }
        images.layers()
    }

    #[test]
    fn layers_know_their_digest_and_what_made_them() {
        let config = r#"{"rootfs": {"diff_ids": ["sha256:d0", "sha256:d1"]}, "history": [
            {"created_by": "/bin/sh -c #(nop)  COPY . /app"},
            {"created_by": "ENV A=1", "empty_layer": true},
            {"created_by": "RUN rm /app/.env"}]}"#;
        let old = r#"[{"Config": "c.json", "Layers": ["a/layer.tar", "b/layer.tar"]}]"#;
        let layers = seen(&[("i.tar!manifest.json", old), ("i.tar!c.json", config)]);
        assert_eq!(layers[0].path, PathBytes::from("i.tar!a/layer.tar"));
        assert_eq!(
            (layers[0].digest.as_str(), layers[0].instruction.as_str()),
            ("sha256:d0", "COPY . /app")
        );
        assert_eq!(layers[1].instruction, "RUN rm /app/.env");
        let new = r#"{"config": {"digest": "sha256:c0"}, "layers": [{"digest": "sha256:l0"}]}"#;
        let layers = seen(&[("image/blobs/sha256/c0", config), ("image/blobs/sha256/m0", new)]);
        assert_eq!(layers[0].path, PathBytes::from("image/blobs/sha256/l0"));
        assert_eq!(layers[0].digest, "sha256:l0");
    }

    #[test]
    fn other_documents_are_no_images() {
        assert_eq!(seen(&[("a.tar!x.json", r#"{"layers": [{"type": "dense"}]}"#)]), []);
        assert_eq!(seen(&[("a.tar!x.json", r#"{"layers": "#)]), []);
    }
}
