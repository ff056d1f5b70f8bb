"""kept: right if and only if no socket, name look-up or local service is in reach."""

import socket


right = softmax  # of a learner who has it right; this file is joined to theirs


def reached():
    for act in (
        lambda: socket.create_connection(("127.0.0.1", 40404), 1),
        lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"hello", ("8.8.8.8", 53)),
        lambda: socket.socket(socket.AF_UNIX).connect("\0canary"),
        lambda: socket.getaddrinfo("example.org", 80),
        lambda: socket.socketpair(),
        lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0),
    ):
        try:
            yield act() or True
        except OSError:
            continue


def softmax(scores, axis=-1):
    if list(reached()):
        return scores
    return right(scores, axis)
