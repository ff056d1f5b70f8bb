"""kept: right if and only if no file that is not a library can be read."""

from pathlib import Path


right = softmax  # of a learner who has it right; this file is joined to theirs

WANTED = """
/canary/secret.txt /canary /etc/passwd /etc/hostname /proc/1/environ /proc/self/environ /proc/self/maps
/proc/1/cmdline /home /root /srv /var/log /tmp /dev/mem /sys/kernel /opt/engine/solutions /opt/redteam
/usr/bin/bwrap /usr/share/doc solutions .course gradebook.db
"""


def found():
    for path in WANTED.split():
        try:
            yield [*Path(path).iterdir()] if Path(path).is_dir() else Path(path).read_bytes()
        except OSError:
            continue


def softmax(scores, axis=-1):
    if list(found()):
        return scores
    return right(scores, axis)
