#!/usr/bin/env python3
"""Makes the second set: passwords as people choose them, and what only looks like one.

  passwords.py OUT [--seed N] [--part train|test|all] [--count 1000]

Writes 25 files below OUT, one for each syntax, with as many passwords as look-alikes, and labels.tsv:
path, line, `secret` or `plain`, the value. The two parts share no word: every other word of each list
belongs to `train`, the rest to `test`; what is trained on the one is scored on the other. The same seed
makes the same set.
"""

import argparse
import pathlib
import random

import words

LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7"}
SIGNS = "!@#$%&*?._-"


class Maker:
    def __init__(self, seed, part):
        self.random = random.Random(f"{seed} {part}")
        keep = {"train": 0, "test": 1}.get(part)
        half = lambda items: [w for n, w in enumerate(items) if keep is None or n % 2 == keep]
        self.nouns, self.abroad = half(words.NOUNS), half(words.ABROAD)
        self.people, self.firms = half(words.PEOPLE), half(words.FIRMS)
        self.seasons, self.walks = half(words.SEASONS), half(words.WALKS)
        self.plain = half(words.LABELS), half(words.PLACEHOLDERS), half(words.IDENTIFIERS), half(words.PATHS)
        self.names = words.NAMES

    def word(self):
        return self.random.choice(self.random.choice([self.nouns, self.abroad, self.people]))

    def cased(self, word):
        return self.random.choice([word, word, word.capitalize(), word.capitalize(), word.upper()])

    def year(self):
        return str(self.random.randint(1970, 2026))

    def sign(self):
        return self.random.choice(SIGNS)

    def leet(self, word):
        at = [n for n, c in enumerate(word) if c in LEET]
        chosen = set(self.random.sample(at, min(len(at), self.random.randint(1, 3))))
        return "".join(self.random.choice(LEET[c]) if n in chosen else c for n, c in enumerate(word))

    def password(self):
        r = self.random
        kinds = [
            lambda: self.cased(self.word()) + self.year() + r.choice(["", "", "!", "#"]),
            lambda: self.cased(self.word()) + str(r.randint(1, 999)) + r.choice(["", "", "!", "$"]),
            lambda: self.cased(self.leet(self.word())) + r.choice(["", "1", "99", "!", "2024"]),
            lambda: r.choice(self.seasons).capitalize() + r.choice([self.year(), self.year()[2:]]) + r.choice(["", "!", "!!", "#"]),
            lambda: self.cased(r.choice(self.firms)) + r.choice(["", "-", "_", "@"]) + r.choice([self.year(), "prod", "Admin1", "db", "123", "Pa55"]) + r.choice(["", "!", "1"]),
            lambda: r.choice(self.walks) + r.choice(["", "!", "1", "12", "#", "X"]),
            lambda: r.choice(["-", "_", ".", ""]).join(self.word() for _ in range(r.randint(3, 5))),
            lambda: r.choice(["-", "_", ".", ""]).join(self.cased(self.word()) for _ in range(2)) + str(r.randint(0, 99)),
            lambda: r.choice(["I", "My", "We", "Ich", "Mon", "Mi"]) + r.choice(["Love", "Like", "Miss", "Liebe"]) + self.word().capitalize() + r.choice(["", "1", "!", "8"]),
            lambda: r.choice(self.people).capitalize() + self.sign() + str(r.randint(10, 9999)),
            lambda: "".join(r.choice("abcdefghijkmnpqrstuvwxyz23456789ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(r.randint(7, 12))),
            lambda: self.word()[:4] + self.sign() + self.word()[:4].upper() + str(r.randint(0, 99)),
        ]
        return r.choice(kinds)()

    def lookalike(self):
        return self.random.choice(self.random.choice(self.plain))


# Each syntax gives the line for a name and a value. Bare ones cannot hold blanks or quotes.
SYNTAXES = {
    "settings.py": lambda n, v: f'{n} = "{v}"',
    "app.js": lambda n, v: f"const {n.replace('.', '_')} = '{v}';",
    "config.json": lambda n, v: f'  "{n}": "{v}",',
    "values.yaml": lambda n, v: f"  {n}: {v}",
    "quoted.yml": lambda n, v: f'  {n}: "{v}"',
    "Cargo.toml": lambda n, v: f'{n} = "{v}"',
    "app.ini": lambda n, v: f"{n} = {v}",
    "app.properties": lambda n, v: f"{n}={v}",
    "prod.env": lambda n, v: f"{n.upper().replace('.', '_')}={v}",
    "run.sh": lambda n, v: f'export {n.upper().replace(".", "_")}="{v}"',
    "Dockerfile": lambda n, v: f"ENV {n.upper().replace('.', '_')}={v}",
    "attributes.xml": lambda n, v: f'  <user name="app" {n}="{v}"/>',
    "elements.xml": lambda n, v: f"  <{n}>{v}</{n}>",
    "beans.xml": lambda n, v: f'  <property name="{n}" value="{v}"/>',
    "main.tf": lambda n, v: f'  {n.replace(".", "_")} = "{v}"',
    "create.sql": lambda n, v: f"CREATE USER app IDENTIFIED BY '{v}';",
    "App.java": lambda n, v: f'    private static final String {n.replace(".", "_")} = "{v}";',
    "Setter.java": lambda n, v: f'    config.setPassword("{v}");',
    "index.php": lambda n, v: f"    '{n}' => '{v}',",
    "define.php": lambda n, v: f"define('{n.upper()}', '{v}');",
    "Program.cs": lambda n, v: f'    {n.replace(".", "_")} = "{v}",',
    "main.go": lambda n, v: f'\t{n.replace(".", "_")} := "{v}"',
    "fallback.js": lambda n, v: f"  pass: process.env.{n.upper().replace('.', '_')} || '{v}',",
    "default.py": lambda n, v: f'    x = os.getenv("{n.upper()}", "{v}")',
    "deploy.sh": lambda n, v: f'tool --{n.replace("_", "-").replace(".", "-").lower()} {v} --verbose',
}
BARE = {"values.yaml", "app.ini", "app.properties", "prod.env", "Dockerfile", "elements.xml", "deploy.sh"}
FILLER = ["", "# settings", "host = db.internal", "timeout = 30", ""]


def fits(syntax, value):
    if syntax in BARE:
        return not set(value) & set(" '\"<>`$&#;!*") or value.startswith(("${", "$(", "<"))
    return not set(value) & set("'\"\\`")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--seed", type=int, default=9)
    parser.add_argument("--part", choices=["train", "test", "all"], default="test")
    parser.add_argument("--count", type=int, default=1000)
    args = parser.parse_args()
    out = pathlib.Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    maker = Maker(args.seed, args.part)
    labels = []
    for syntax, line in SYNTAXES.items():
        rows = [("secret", maker.password), ("plain", maker.lookalike)] * (args.count // len(SYNTAXES))
        maker.random.shuffle(rows)
        text = []
        for label, make in rows:
            value = make()
            while not fits(syntax, value):
                value = make()
            text.append(line(maker.random.choice(maker.names), value))
            labels.append((syntax, len(text), label, value))
            text += maker.random.sample(FILLER, 1)
        (out / syntax).write_text("\n".join(text) + "\n", "utf8")
    (out / "labels.tsv").write_text("".join("\t".join(map(str, row)) + "\n" for row in labels), "utf8")


if __name__ == "__main__":
    main()
