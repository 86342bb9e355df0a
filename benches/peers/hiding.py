#!/usr/bin/env python3
"""Where secrets hide, and who finds them: one made-up token in each place.

Owns: the places, made with plain git and Python's standard library, and the table. Leaves to others: each
tool's ways (`tools.py`), starting them (`measure.py`), installing them (`peers.py setup`).

`--where history` makes a repository of its own for every case and scans its history; `--where files` makes
a folder with a file for each and scans that. A cell says whether the token is in the tool's report; with
`no, clean` the exit code said besides that there is nothing.
"""

import argparse
import base64
import bz2
import gzip
import io
import lzma
import os
import pathlib
import sqlite3
import tarfile
import tempfile
import zipfile

import measure
from peers import DEFAULT, TREE, binary, clean_environment, work_folder
from scripted import Repository, token
from tools import TOOLS

LINES = "".join(f"line {line} of a file that is here to be looked through\n" for line in range(40))


def deleted_file(repo, secret):
    repo.write("a.env", f"TOKEN={secret}\n")
    repo.commit()
    (repo.folder / "a.env").unlink()
    repo.commit()


def evil_merge(repo, secret):
    repo.git("checkout", "-q", "-b", "side")
    repo.write("side.txt", "side\n")
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.write("main.txt", "main\n")
    repo.commit()
    repo.git("merge", "-q", "--no-commit", "--no-ff", "side")
    repo.write("merged.env", f"TOKEN={secret}\n")
    repo.commit("merge")


def dropped_by_merge(repo, secret):
    repo.git("checkout", "-q", "-b", "side")
    repo.write("side.env", f"TOKEN={secret}\n")
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.commit("go on")
    repo.git("merge", "-q", "-s", "ours", "-m", "merge", "side")
    repo.git("branch", "-D", "side")


def rename_and_edit(repo, secret):
    repo.write("old.txt", LINES)
    repo.commit()
    (repo.folder / "old.txt").unlink()
    repo.write("new.txt", LINES + f"TOKEN={secret}\n")
    repo.commit()


def file_becomes_link(repo, secret):
    repo.write("link", "a file\n")
    repo.commit()
    (repo.folder / "link").unlink()
    (repo.folder / "link").symlink_to(f"/srv/{secret}")
    repo.commit()


def link_becomes_file(repo, secret):
    (repo.folder / "link").symlink_to("elsewhere")
    repo.commit()
    (repo.folder / "link").unlink()
    repo.write("link", f"TOKEN={secret}\n")
    repo.commit()


def stash(repo, secret):
    repo.write("README", f"TOKEN={secret}\n")
    repo.git("stash", "push", "-q")


def stash_untracked(repo, secret):
    repo.write("new.env", f"TOKEN={secret}\n")
    repo.git("stash", "push", "-q", "--include-untracked")


def older_stash(repo, secret):
    stash(repo, secret)
    repo.write("README", "another\n")
    repo.git("stash", "push", "-q")


def reflog(repo, secret):
    repo.write("a.env", f"TOKEN={secret}\n")
    repo.commit()
    repo.git("reset", "-q", "--hard", "HEAD~1")


def amended(repo, secret):
    repo.write("a.env", f"TOKEN={secret}\n")
    repo.commit()
    repo.write("a.env", "TOKEN=\n")
    repo.git("add", "-A")
    repo.git("commit", "-q", "--amend", "-m", "clean")


def unreachable_commit(repo, secret):
    reflog(repo, secret)
    repo.git("reflog", "expire", "--expire=now", "--expire-unreachable=now", "--all")


def dangling_blob(repo, secret):
    repo.git("hash-object", "-w", "--stdin", text=f"TOKEN={secret}\n".encode())


def note(repo, secret):
    repo.git("notes", "add", "-m", f"TOKEN={secret}", "HEAD")


def commit_message(repo, secret):
    repo.commit(f"use TOKEN={secret}")


def author_name(repo, secret):
    repo.commit("change", author=f"Ada {secret}")


def tag_message(repo, secret):
    repo.git("tag", "-a", "v1", "-m", f"first, with TOKEN={secret}")


def tag_of_blob(repo, secret):
    blob = repo.git("hash-object", "-w", "--stdin", text=f"TOKEN={secret}\n".encode())
    repo.git("tag", "blob", blob)


def branch_name(repo, secret):
    repo.git("branch", f"fix/{secret}")


def file_name(repo, secret):
    repo.write(f"notes/{secret}.txt", "nothing\n")
    repo.commit()


def link_target(repo, secret):
    (repo.folder / "link").symlink_to(f"/srv/{secret}")
    repo.commit()


def no_diff_attribute(repo, secret):
    repo.write(".gitattributes", "*.env -diff\n")
    repo.write("a.env", f"TOKEN={secret}\n")
    repo.commit()


def binary_file(repo, secret):
    repo.write("a.bin", b"\0\1\2" + f"TOKEN={secret}\n".encode() + b"\0" * 64)
    repo.commit()


def unmerged_branch(repo, secret):
    repo.git("checkout", "-q", "-b", "side")
    deleted_file(repo, secret)
    repo.git("checkout", "-q", "main")


def other_root(repo, secret):
    repo.git("checkout", "-q", "--orphan", "pages")
    repo.write("a.env", f"TOKEN={secret}\n")
    repo.commit()
    repo.git("checkout", "-q", "main")


def replaced_commit(repo, secret):
    repo.write("a.env", f"TOKEN={secret}\n")
    leak = repo.commit()
    (repo.folder / "a.env").unlink()
    clean = repo.commit()
    repo.git("replace", leak, clean)


def archive(repo, secret):
    repo.write("a.zip", zipped({"a.env": f"TOKEN={secret}\n"}))
    repo.commit()
    (repo.folder / "a.zip").unlink()
    repo.commit()


def address_of_remote(repo, secret):
    repo.git("remote", "add", "origin", f"https://user:{secret}@git.example.invalid/a.git")


HISTORY = {
    "deleted file": deleted_file, "evil merge": evil_merge, "dropped by `merge -s ours`": dropped_by_merge,
    "rename and edit": rename_and_edit, "file becomes link": file_becomes_link, "link becomes file": link_becomes_file,
    "stash": stash, "stash, untracked": stash_untracked, "older stash": older_stash, "reflog": reflog,
    "amended commit": amended, "unreachable commit": unreachable_commit, "dangling blob": dangling_blob,
    "note": note, "commit message": commit_message, "author name": author_name, "tag message": tag_message,
    "tag of a blob": tag_of_blob, "branch name": branch_name, "file name": file_name, "link target": link_target,
    "`-diff` attribute": no_diff_attribute, "binary file": binary_file, "unmerged branch": unmerged_branch,
    "second root": other_root, "replaced commit": replaced_commit, "deleted archive": archive,
    "address of a remote": address_of_remote,
}


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        for name, content in files.items():
            box.writestr(name, content)
    return out.getvalue()


def tarred(mode, content):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as box:
        entry = tarfile.TarInfo("a.env")
        entry.size = len(content)
        box.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def database(line):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.sqlite")
        with sqlite3.connect(path) as base:
            base.execute("create table settings (name text, value text)")
            base.execute("insert into settings values ('token', ?)", (line,))
        base.close()
        return pathlib.Path(path).read_bytes()


def hexadecimal(line):
    return "\n".join(line.hex()[at:at + 64] for at in range(0, len(line.hex()), 64)).encode()


FILES = {
    "plain text": ("a.env", lambda line: line),
    "UTF-16 with BOM": ("utf16.env", lambda line: line.decode().encode("utf-16")),
    "UTF-16 without BOM": ("utf16le.env", lambda line: line.decode().encode("utf-16-le")),
    "UTF-32": ("utf32.env", lambda line: line.decode().encode("utf-32")),
    "among NUL bytes": ("a.bin", lambda line: b"\0" * 999 + line + b"\0" * 999),
    "line of 5 MB": ("long.js", lambda line: b"x=1;" * 1_250_000 + line),
    "base64": ("b64.yaml", lambda line: b"data: " + base64.b64encode(line) + b"\n"),
    "base64, wrapped": ("b64.txt", lambda line: base64.encodebytes(line * 3)),
    "base64 twice": ("twice.yaml", lambda line: b"data: " + base64.b64encode(base64.b64encode(line)) + b"\n"),
    "hexadecimal": ("hex.txt", hexadecimal),
    "percent": ("percent.txt", lambda line: b"u=" + b"".join(b"%%%02X" % byte for byte in line) + b"\n"),
    "\\u escapes": ("escaped.json", lambda line: b'{"t": "%s"}\n' % b"".join(b"\\u%04x" % byte for byte in line)),
    "HTML entities": ("page.html", lambda line: b"<p>" + b"".join(b"&#%d;" % byte for byte in line) + b"</p>\n"),
    "gzip in base64": ("gz64.yaml", lambda line: b"data: " + base64.b64encode(gzip.compress(line)) + b"\n"),
    "gzip": ("a.gz", gzip.compress), "bzip2": ("a.bz2", bz2.compress), "xz": ("a.xz", lzma.compress),
    "zip": ("a.zip", lambda line: zipped({"a.env": line})),
    "zip in zip": ("b.zip", lambda line: zipped({"a.zip": zipped({"a.env": line})})),
    "zip by another name": ("a.dat", lambda line: zipped({"a.env": line})),
    "zip behind a program": ("setup.exe", lambda line: b"MZ" + b"\x90" * 4096 + zipped({"a.env": line})),
    "tar": ("a.tar", lambda line: tarred("w", line)), "tar.gz": ("a.tgz", lambda line: tarred("w:gz", line)),
    "Word document": ("a.docx", lambda line: zipped({"word/document.xml": b"<w:t>" + line + b"</w:t>"})),
    "SQLite": ("a.sqlite", lambda line: database(line.decode())),
    "mail, quoted-printable": ("a.eml", lambda line: b"Content-Transfer-Encoding: quoted-printable\n\n"
                               + b"".join(b"=%02X" % byte for byte in line.strip()) + b"\n"),
    "file name": (None, None),
}


def arguments():
    parser = argparse.ArgumentParser(description="places where secrets hide, and who finds them")
    parser.add_argument("--work", type=pathlib.Path, help="folder that `peers.py setup` filled")
    parser.add_argument("--tightlip", type=pathlib.Path, default=TREE / "target/release/tightlip", help="our binary")
    parser.add_argument("--tools", default=",".join(DEFAULT), help="[default: %(default)s]")
    parser.add_argument("--where", choices=("history", "files"), default="history", help="[default: %(default)s]")
    return parser.parse_args()


class Scanned:
    """What one run of a tool reported, and what its exit code says."""

    def __init__(self, tool, path, mode, target, environment):
        with tempfile.TemporaryDirectory(prefix="tightlip-hiding-") as folder:
            report, errors = (os.path.join(folder, name) for name in ("report.json", "errors"))
            stdout = report if tool.to_stdout else os.devnull
            run = measure.run(tool.command(path, mode, str(target), report), environment, folder, stdout, errors)
            self.says = tool.codes.get(run.code, f"error {run.code}")
            text = pathlib.Path(report).read_text("utf8", "replace") if os.path.exists(report) else ""
            try:
                found = tool.parse(text, str(target)) if text.strip() else []
            except (ValueError, KeyError):
                found = []
            self.secrets = [one.secret for one in found]
            self.text = text

    def cell(self, secret):
        # In a name a secret may be masked or escaped: a finding that holds it counts, and so does its text.
        if any(secret in one for one in self.secrets) or secret in self.text:
            return "yes"
        return "no, clean" if self.says == "clean" else "no"


def history(scratch, tools, environment):
    rows = {}
    for number, (name, make) in enumerate(HISTORY.items()):
        repo, secret = Repository(scratch / f"case-{number}"), token(number)
        repo.write("README", "nothing to see here\n")
        repo.commit("start")
        make(repo, secret)
        rows[name] = [Scanned(tool, path, "history", repo.folder, environment).cell(secret) for tool, path in tools]
    return rows


def files(scratch, tools, environment):
    folder = scratch / "files"
    folder.mkdir()
    for number, (name, make) in enumerate(FILES.values()):
        secret = token(number)
        content = make(f"TOKEN={secret}\n".encode()) if make else b"nothing\n"
        (folder / (name or f"{secret}.txt")).write_bytes(content)
    runs = [Scanned(tool, path, "dir", folder, environment) for tool, path in tools]
    # All stand in one folder, so that an exit code says nothing of a single one.
    cell = lambda run, number: "yes" if run.cell(token(number)) == "yes" else "no"
    return {name: [cell(run, number) for run in runs] for number, name in enumerate(FILES)}


def main():
    options = arguments()
    work = work_folder(options.work)
    names = options.tools.split(",")
    tools = [(TOOLS[name], binary(TOOLS[name], work, options.tightlip)) for name in names]
    make = history if options.where == "history" else files
    with tempfile.TemporaryDirectory(prefix="tightlip-hiding-") as scratch:
        rows = make(pathlib.Path(scratch), tools, clean_environment(work))
    print(f"| where | {' | '.join(names)} |\n|---|{'---|' * len(names)}")
    for name, cells in rows.items():
        print(f"| {name} | {' | '.join(cells)} |")
    sums = [sum(cells[at] == "yes" for cells in rows.values()) for at in range(len(names))]
    print(f"| **found of {len(rows)}** | {' | '.join(map(str, sums))} |")


if __name__ == "__main__":
    main()
