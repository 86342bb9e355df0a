#!/usr/bin/env python3
"""Makes the table of trigrams that tells words from noise: `grams.py OUT PATH...`.

Reads every text file below the paths (programs, translations, word lists), counts which letter
follows which two, and writes 27 x 27 x 27 bytes: the bits, in sixteenths, that a letter tells whoever
has read the two before it. The 27th letter is the edge of a word. Each distinct word of a file counts
once, so that no single project decides. Letters beyond a-z lose their accents.

Give it public texts only, never a labelled set: what the table knows must not come from there.
"""

import math
import pathlib
import re
import sys
import unicodedata

TEXT = {".rs", ".py", ".c", ".h", ".po", ".txt", ".rst", ".md", ".js", ".java", ".go"}
WORD = re.compile(r"[a-z]{2,24}|[A-Z][a-z]{1,23}|[A-Z]{2,24}")
EDGE = 26
MOST_FILES = 4000


def plain(text):
    """The text without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def words(paths):
    files = sorted(f for path in paths for f in pathlib.Path(path).rglob("*") if f.suffix in TEXT and f.is_file())
    step = max(1, len(files) // MOST_FILES)
    for file in files[::step]:
        text = plain(file.read_text("utf8", "ignore")[:200_000])
        yield from sorted({word.lower() for word in WORD.findall(text)})


def main():
    out, *paths = sys.argv[1:]
    counts = [0.0] * 27 ** 3
    pairs = [0.0] * 27 ** 2
    singles = [1.0] * 27
    for word in words(paths):
        a = b = EDGE
        for letter in word:
            c = ord(letter) - 97
            counts[(a * 27 + b) * 27 + c] += 1
            pairs[b * 27 + c] += 1
            singles[c] += 1
            a, b = b, c
    total = sum(singles)
    table = bytearray(27 ** 3)
    for b in range(27):
        row = sum(pairs[b * 27:b * 27 + 26])
        for c in range(26):
            of_pair = (pairs[b * 27 + c] + 26 * singles[c] / total) / (row + 26)
            for a in range(27):
                at = (a * 27 + b) * 27
                seen = sum(counts[at:at + 26])
                share = (counts[at + c] + 8 * of_pair) / (seen + 8)
                table[at + c] = min(255, round(-16 * math.log2(share)))
    pathlib.Path(out).write_bytes(table)
    print(f"{int(total)} letters", file=sys.stderr)


if __name__ == "__main__":
    main()
