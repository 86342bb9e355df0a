"""Git as a script uses it: fixed names and dates, no settings of the user; and made-up tokens.

Owns: repositories that scripts make up. Leaves to others: what is done with them.
"""

import os
import random
import subprocess
import zlib

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def token(seed):
    """A made-up GitHub token with right check digits, the same for the same seed."""
    body = "".join(random.Random(seed).choices(DIGITS, k=30))
    crc, check = zlib.crc32(body.encode()), ""
    for _ in range(6):
        crc, digit = divmod(crc, 62)
        check = DIGITS[digit] + check
    return "gh" + "p_" + body + check


class Repository:
    """A work tree whose clock ticks a minute a call."""

    def __init__(self, folder):
        self.folder, self.ticks = folder, 0
        folder.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *words, text=None, author="Ada Author", folder=None):
        self.ticks += 1
        date = f"{1_700_000_000 + 60 * self.ticks} +0000"
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": author, "GIT_AUTHOR_EMAIL": "ada@example.invalid",
            "GIT_COMMITTER_NAME": "Carl Committer", "GIT_COMMITTER_EMAIL": "carl@example.invalid",
            "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date,
        }
        done = subprocess.run(["git", "-c", "gc.auto=0", "-c", "core.autocrlf=false", *words], cwd=folder or self.folder,
                              env=environment, input=text, capture_output=True)
        if done.returncode:
            raise SystemExit(f"git {' '.join(words)}: {done.stderr.decode(errors='replace')}")
        return done.stdout.decode().strip()

    def write(self, path, content):
        path = self.folder / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def commit(self, message="change", **more):
        self.git("add", "-A", "-f")
        self.git("commit", "-q", "--allow-empty", "-m", message, **more)
        return self.git("rev-parse", "HEAD")
