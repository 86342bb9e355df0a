"""What one tool finds that another does not.

Two findings are the same when one's secret holds the other's: tools cut a private key, a URL or a
header at different places. White space and escaped line ends are not looked at. The place does not
count, since tools differ in which of several copies they report.
"""

import hashlib
import re

SHORTEST_PART = 6


def normal(secret):
    return re.sub(r"\s+", "", secret.replace("\\n", "").replace("\\r", ""))


def shorten(secret):
    """Enough to recognise a secret by, too little to use it."""
    text = " ".join(secret.split())
    if text.startswith("sha1:"):
        return text[:13]
    shown = max(1, min(8, len(text) // 4))
    return f"{text[:shown]}…({len(text)})"


class Known:
    """The secrets of one tool, to be asked for others."""

    def __init__(self, findings):
        self.secrets = {normal(f.secret) for f in findings if not f.secret.startswith("sha1:")}
        self.hashes = {f.secret[5:] for f in findings if f.secret.startswith("sha1:")}
        self.hashes |= {hashlib.sha1(f.secret.encode()).hexdigest() for f in findings}
        self.text = "\0".join(sorted(self.secrets))
        self.parts = sorted(s for s in self.secrets if len(s) >= SHORTEST_PART)

    def __contains__(self, secret):
        if secret.startswith("sha1:"):
            return secret[5:] in self.hashes
        if hashlib.sha1(secret.encode()).hexdigest() in self.hashes:
            return True
        wanted = normal(secret)
        if wanted in self.secrets:
            return True
        if len(wanted) >= SHORTEST_PART and wanted in self.text:
            return True
        return any(part in wanted for part in self.parts)


def missing(findings, known):
    """The findings whose secret `known` does not hold, one for each secret, with their number of places."""
    seen = {}
    for finding in findings:
        if finding.secret not in known:
            seen.setdefault(normal(finding.secret), []).append(finding)
    return [(places[0], len(places)) for places in seen.values()]
