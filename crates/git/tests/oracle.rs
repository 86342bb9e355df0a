//! Any repository against git: `TIGHTLIP_ORACLE=REPOSITORY cargo test --profile quick -p tightlip-git
//! --test oracle -- --ignored`. Every object that git lists must be there with its kind and size,
//! and its content must have its id.

mod support;

use std::collections::BTreeMap;
use std::env;
use std::ops::ControlFlow;
use std::path::PathBuf;

use tightlip_git::{
    Content, GitError, Object, ObjectId, ObjectKind, Repository, Verify, Visitor, WalkOptions,
};

#[derive(Default)]
struct Listing {
    objects: Vec<(ObjectId, ObjectKind, u64)>,
    problems: Vec<String>,
}

impl Visitor for Listing {
    fn object(&mut self, object: Object<'_>) -> ControlFlow<()> {
        if let Content::Stream(reader) = object.content {
            // A failure comes as a problem too.
            let _ = std::io::copy(reader, &mut std::io::sink());
        }
        self.objects.push((object.id, object.kind, object.size));
        ControlFlow::Continue(())
    }

    fn problem(&mut self, problem: GitError) -> ControlFlow<()> {
        self.problems.push(problem.to_string());
        ControlFlow::Continue(())
    }
}

#[test]
#[ignore = "needs a repository, named by TIGHTLIP_ORACLE"]
fn every_object_of_a_repository_agrees_with_git() {
    let path = PathBuf::from(env::var_os("TIGHTLIP_ORACLE").expect("the path of a repository"));
    let objects = Repository::open(&path).expect("a repository").objects();
    let options = WalkOptions { jobs: 2, verify: Verify::Ids, ..WalkOptions::default() };
    let mut found = BTreeMap::new();
    for listing in objects.for_each(&options, Listing::default) {
        assert!(listing.problems.is_empty(), "{:?}", listing.problems);
        for (id, kind, size) in listing.objects {
            assert_eq!(found.insert(id, (kind, size)), None, "`{id}` comes once");
        }
    }
    let git = support::git(&path, &["cat-file", "--batch-all-objects", "--batch-check"]);
    let git = String::from_utf8(git).expect("text");
    assert_eq!(git.lines().count(), found.len());
    for line in git.lines() {
        let mut words = line.split(' ');
        let id: ObjectId = words.next().and_then(|id| id.parse().ok()).expect("an id");
        let (kind, size) = found.get(&id).unwrap_or_else(|| panic!("`{id}` was not found"));
        assert_eq!(line, format!("{id} {kind} {size}"));
    }
}
