//! Container images, put together with tar as a builder does it, without a daemon.

use std::process::Command;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::world::{World, token};

/// A world with an image in `image`: a layer with a file of secrets, one that deletes it and adds a copy
/// elsewhere, and a configuration with an argument of the build in its history.
struct Image {
    world: World,
    layers: Vec<String>,
}

impl Image {
    fn new() -> Self {
        let mut image = Self { world: World::new(), layers: Vec::new() };
        let secret = format!("TOKEN={}\n", token(1));
        image.layer(&[("app/.env", &secret), ("app/main.py", "print()\n")]);
        image.layer(&[("app/.wh..env", ""), ("etc/copy.env", &secret)]);
        let made = ["COPY . /app # buildkit", "RUN |1 K=v /bin/sh -c mv /app/.env /etc/copy.env"];
        let argument = format!("ENV NPM={}", token(2));
        let config = json!({
            "architecture": "amd64", "os": "linux",
            "config": {"Env": [format!("API={}", token(3))], "Labels": {"key": token(4)}},
            "rootfs": {"type": "layers", "diff_ids": image.layers},
            "history": [{"created_by": made[0]}, {"created_by": argument, "empty_layer": true},
                {"created_by": made[1]}],
        });
        let config = image.blob(config.to_string().as_bytes());
        let listed: Vec<Value> = image.layers.iter().map(|one| json!({"digest": one})).collect();
        let manifest = json!({"schemaVersion": 2, "config": {"digest": config}, "layers": listed});
        let digest = image.blob(manifest.to_string().as_bytes());
        let index = json!({"schemaVersion": 2, "manifests": [{"digest": digest}]});
        image.world.write("image/index.json", index.to_string());
        image.world.write("image/oci-layout", "{\"imageLayoutVersion\": \"1.0.0\"}");
        let files: Vec<String> = image.layers.iter().map(|one| file(one)).collect();
        let saved = json!([{"Config": file(&config), "RepoTags": ["a:1"], "Layers": files}]);
        image.world.write("image/manifest.json", saved.to_string());
        image
    }

    fn tar(&self, folder: &str, args: &[&str]) {
        let mut command = Command::new("tar");
        let status = command.args(args).current_dir(self.world.join(folder)).status();
        assert!(status.expect("tar is installed").success());
    }

    fn layer(&mut self, files: &[(&str, &str)]) {
        let folder = format!("layer{}", self.layers.len());
        for (path, content) in files {
            self.world.write(&format!("{folder}/{path}"), content);
        }
        self.tar(&folder, &["-czf", "../layer.tgz", "."]);
        let content = std::fs::read(self.world.join("layer.tgz")).unwrap();
        std::fs::remove_dir_all(self.world.join(&folder)).unwrap();
        self.world.remove("layer.tgz");
        let digest = self.blob(&content);
        self.layers.push(digest);
    }

    /// Writes a blob under its digest.
    fn blob(&self, content: &[u8]) -> String {
        let digits: String =
            Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect();
        let digest = format!("sha256:{digits}");
        self.world.write(&format!("image/{}", file(&digest)), content);
        digest
    }

    /// The same image as it was saved before there were layouts: a folder for each layer.
    fn into_folders(self, folder: &str) -> Self {
        let read = |path: &str| std::fs::read(self.world.join(path)).unwrap();
        let manifest: Value = serde_json::from_slice(&read("image/manifest.json")).unwrap();
        let config = manifest[0]["Config"].as_str().unwrap();
        let name = format!("{}.json", config.rsplit('/').next().unwrap());
        self.world.write(&format!("{folder}{name}"), read(&format!("image/{config}")));
        let mut layers = Vec::new();
        for (number, layer) in self.layers.iter().enumerate() {
            let path = format!("{number}/layer.tar");
            self.world.write(&format!("{folder}{path}"), read(&format!("image/{}", file(layer))));
            layers.push(path);
        }
        let saved = json!([{"Config": name, "RepoTags": ["a:1"], "Layers": layers}]);
        self.world.write(&format!("{folder}manifest.json"), saved.to_string());
        std::fs::remove_dir_all(self.world.join("image")).unwrap();
        self
    }

    /// Asserts what is found in the image when it is scanned at `target`.
    fn assert_found(&self, args: &[&str], inside: &str) {
        self.assert_found_at(args, &format!("{inside}{}!app/.env", file(&self.layers[0])));
    }

    /// Asserts what is found in the image, its first secret at `wanted`.
    fn assert_found_at(&self, args: &[&str], wanted: &str) {
        let (code, findings) = self.world.findings(args);
        assert_eq!(code, 1);
        let of = |seed: u64| -> Vec<&Value> {
            findings.iter().filter(|one| one["secret"] == token(seed)).collect()
        };
        let [one] = of(1)[..] else { panic!("{findings:#?}") };
        assert_eq!(one["path"], wanted);
        let evidence = one["evidence"].to_string();
        for (number, layer) in self.layers.iter().enumerate() {
            assert!(evidence.contains(&format!("layer {} ({layer})", number + 1)), "{evidence}");
        }
        for words in ["COPY . /app", "etc/copy.env", "mv /app/.env"] {
            assert!(evidence.contains(words), "{evidence}");
        }
        for seed in [2, 3, 4] {
            assert_eq!(of(seed).len(), 1, "{seed}");
        }
    }
}

/// Where a blob stands in the layout.
fn file(digest: &str) -> String {
    format!("blobs/{}", digest.replacen(':', "/", 1))
}

#[test]
fn a_layout_in_a_folder_is_an_image() {
    let image = Image::new();
    image.assert_found(&["scan", "image"], "image/");
    image.assert_found(&["scan", "image", "--jobs", "4"], "image/");
}

#[test]
fn an_image_saved_as_folders_is_one() {
    let image = Image::new().into_folders("old/");
    image.assert_found_at(&["scan", "old"], "old/0/layer.tar!app/.env");
    let image = Image::new().into_folders("");
    image.assert_found_at(&["scan", "."], "0/layer.tar!app/.env");
}

#[test]
fn a_saved_image_is_one_whatever_the_order_of_its_files() {
    let image = Image::new();
    image.tar("image", &["-cf", "../a.tar", "blobs", "index.json", "manifest.json", "oci-layout"]);
    image.assert_found(&["scan", "a.tar"], "a.tar!");
    image.tar("image", &["-cf", "../b.tar", "manifest.json", "index.json", "blobs"]);
    image.assert_found(&["scan", "b.tar"], "b.tar!");
}

#[test]
fn an_image_in_a_history_is_one() {
    let image = Image::new();
    image.tar("image", &["-cf", "../a.tar", "manifest.json", "blobs"]);
    std::fs::remove_dir_all(image.world.join("image")).unwrap();
    image.world.git(&["init", "-q", "-b", "main"]);
    image.world.commit("add");
    image.assert_found(&["history"], "a.tar!");
}

#[test]
fn what_cannot_be_read_in_a_history_is_named_by_its_path() {
    let world = World::with_repository();
    world.write("deep/a.zip", b"PK\x03\x04\x14\0\0\0\x08\0cut");
    world.commit("add");
    let run = world.run(&["history", "--format", "json"]);
    assert_eq!(run.code, 2);
    assert_eq!(run.json()["scan"]["errors"][0]["path"], "deep/a.zip");
}
