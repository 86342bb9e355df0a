"""Runs one command and says what it cost.

Owns: wall time, CPU time (user and system, of the whole process tree as far as parents waited for
their children) and the peak resident set of the largest process in it.

Linux starts a process's peak memory at that of the process it was forked from. The command is
therefore started by a bare interpreter of a few megabytes and not by the script itself; `floor()`
tells how small a peak can be seen.
"""

import os
import subprocess
import sys
from dataclasses import dataclass

STARTER = """
import posix, sys, time
out = posix.open(sys.argv[1], posix.O_WRONLY | posix.O_CREAT | posix.O_TRUNC, 0o600)
err = posix.open(sys.argv[2], posix.O_WRONLY | posix.O_CREAT | posix.O_TRUNC, 0o600)
null = posix.open('/dev/null', posix.O_RDONLY)
to = [(posix.POSIX_SPAWN_DUP2, null, 0), (posix.POSIX_SPAWN_DUP2, out, 1), (posix.POSIX_SPAWN_DUP2, err, 2)]
start = time.perf_counter()
child = posix.posix_spawn(sys.argv[3], sys.argv[3:], posix.environ, file_actions=to)
_, status, used = posix.wait4(child, 0)
wall = time.perf_counter() - start
print(wall, used.ru_utime + used.ru_stime, used.ru_maxrss, status)
"""


@dataclass(frozen=True)
class Run:
    wall: float   # seconds
    cpu: float    # seconds
    rss: float    # megabytes
    code: int     # exit code; negative for a signal


def run(command, environment, folder, stdout, stderr):
    """Runs `command`, its output in the two files."""
    words = [sys.executable, "-I", "-S", "-c", STARTER, stdout, stderr, *command]
    done = subprocess.run(words, env=environment, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"could not start `{command[0]}`: {done.stderr.strip().splitlines()[-1:]}")
    wall, cpu, rss, status = done.stdout.split()
    return Run(float(wall), float(cpu), int(rss) / 1024, os.waitstatus_to_exitcode(int(status)))


def floor(environment, folder):
    """The peak of a program that does nothing: smaller ones cannot be seen."""
    return run(["/bin/true"], environment, folder, os.devnull, os.devnull).rss
