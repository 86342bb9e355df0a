//! The baseline under churn: after each of 200 random edits exactly the truly new secrets are new.

use std::collections::{BTreeMap, BTreeSet};

use crate::world::{World, token};

/// A file: lines, some of which hold a secret.
type Lines = Vec<Line>;

#[derive(Debug, Clone)]
enum Line {
    Plain(u64),
    Secret(u64),
}

/// Where secrets stand: the paths of each.
type Places = BTreeMap<u64, BTreeSet<String>>;

struct Tree {
    files: BTreeMap<String, Lines>,
    state: u64,
    next_secret: u64,
    next_name: u64,
    indent: usize,
}

impl Tree {
    fn new() -> Self {
        let mut files = BTreeMap::new();
        for file in 0..8_u64 {
            let lines = (0..12)
                .map(|n| if n % 6 == 2 { Line::Secret(file * 2 + n / 6) } else { Line::Plain(n) });
            files.insert(format!("d{}/f{file}.env", file % 3), lines.collect());
        }
        Self { files, state: 0x1234_5678_9abc_def1, next_secret: 100, next_name: 0, indent: 0 }
    }

    fn draw(&mut self, below: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state % below as u64).unwrap()
    }

    fn some_file(&mut self) -> String {
        let at = self.draw(self.files.len());
        self.files.keys().nth(at).unwrap().clone()
    }

    /// A place where a secret stands.
    fn some_secret(&mut self) -> Option<(String, usize)> {
        let all: Vec<(String, usize)> = self
            .files
            .iter()
            .flat_map(|(path, lines)| {
                let secrets =
                    lines.iter().enumerate().filter(|(_, line)| matches!(line, Line::Secret(_)));
                secrets.map(|(at, _)| (path.clone(), at))
            })
            .collect();
        if all.is_empty() { None } else { Some(all[self.draw(all.len())].clone()) }
    }

    fn edit(&mut self) -> &'static str {
        let path = self.some_file();
        match self.draw(9) {
            0 => {
                let lines = self.files.get_mut(&path).unwrap();
                (0..3).for_each(|n| lines.insert(0, Line::Plain(1000 + n)));
                "insert lines"
            }
            1 => {
                self.files
                    .get_mut(&path)
                    .unwrap()
                    .retain(|line| !matches!(line, Line::Plain(n) if n % 3 == 0));
                "delete lines"
            }
            2 => {
                let lines = self.files.remove(&path).unwrap();
                self.next_name += 1;
                self.files.insert(format!("moved/n{}.env", self.next_name), lines);
                "rename"
            }
            3 => {
                self.indent = (self.indent + 1) % 5;
                "reformat"
            }
            4 => {
                self.files.get_mut(&path).unwrap().reverse();
                "reorder"
            }
            choice => self.edit_secret(choice, &path).unwrap_or("nothing"),
        }
    }

    fn edit_secret(&mut self, choice: usize, path: &str) -> Option<&'static str> {
        let (from, at) = self.some_secret()?;
        let line = self.files[&from][at].clone();
        match choice {
            5 => {
                self.files.get_mut(&from).unwrap().remove(at);
                self.files.get_mut(path).unwrap().push(line);
                Some("move a secret")
            }
            6 => {
                self.files.get_mut(path).unwrap().insert(0, line);
                Some("copy a secret")
            }
            7 => {
                self.next_secret += 1;
                self.files.get_mut(&from).unwrap()[at] = Line::Secret(self.next_secret);
                Some("change a secret")
            }
            _ => {
                self.files.get_mut(&from).unwrap().remove(at);
                Some("remove a secret")
            }
        }
    }

    fn places(&self) -> Places {
        let mut places = Places::new();
        for (path, lines) in &self.files {
            for line in lines {
                if let Line::Secret(seed) = line {
                    places.entry(*seed).or_default().insert(path.clone());
                }
            }
        }
        places
    }

    fn write(&self, world: &World) {
        for folder in ["d0", "d1", "d2", "moved"] {
            let _ = std::fs::remove_dir_all(world.join(folder));
        }
        let indent = " ".repeat(self.indent);
        for (path, lines) in &self.files {
            let text = lines.iter().map(|line| match line {
                Line::Plain(n) => format!("{indent}# note {n}\n"),
                Line::Secret(seed) => format!("{indent}TOKEN = \"{}\"\n", token(*seed)),
            });
            world.write(path, text.collect::<String>());
        }
    }
}

/// How many places of each secret are truly new: those at paths where it was not known, less the
/// known ones that it is gone from.
fn truly_new(known: &Places, now: &Places) -> BTreeMap<u64, usize> {
    let none = BTreeSet::new();
    let new = now.iter().map(|(seed, paths)| {
        let before = known.get(seed).unwrap_or(&none);
        let (came, went) = (paths.difference(before).count(), before.difference(paths).count());
        (*seed, came.saturating_sub(went))
    });
    new.filter(|(_, count)| *count > 0).collect()
}

#[test]
fn after_each_of_200_edits_exactly_the_truly_new_secrets_are_new() {
    let (world, mut tree) = (World::new(), Tree::new());
    tree.write(&world);
    assert_eq!(world.run(&["baseline", "create"]).code, 0);
    let mut known = tree.places();
    let seeds: BTreeMap<String, u64> = (0..400).map(|seed| (token(seed), seed)).collect();
    for step in 0..200 {
        let edit = tree.edit();
        tree.write(&world);
        let (code, findings) = world.findings(&["scan"]);
        let mut new = BTreeMap::new();
        let mut told = BTreeSet::new();
        for finding in &findings {
            let seed = seeds[finding["secret"].as_str().unwrap()];
            if told.insert((seed, finding["path"].as_str().unwrap().to_owned())) {
                *new.entry(seed).or_insert(0_usize) += 1;
            }
        }
        let wanted = truly_new(&known, &tree.places());
        assert_eq!(new, wanted, "step {step}: {edit}");
        assert_eq!(code, i32::from(!wanted.is_empty()), "step {step}: {edit}");
        if step % 3 == 2 {
            assert_eq!(world.run(&["baseline", "update"]).code, 0);
            known = tree.places();
        }
    }
}
