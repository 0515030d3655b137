"""A reader child whose files say what it tries to do: for tests of the walls around it."""

import os
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

from daihou.errors import ReportLocked
from daihou.jobs import reader


def deep():
    return deep()


def locked():
    raise ReportLocked("the file needs a password", next_step="give it")


def grow():
    held = []
    while True:
        held.append(bytearray(20 << 20))


ATTEMPTS = {
    "connect": lambda: socket.create_connection(("127.0.0.1", 9)),
    "listen": socket.socket,
    "resolve": lambda: socket.getaddrinfo("localhost", 80),
    "fetch": lambda: urllib.request.urlopen("http://127.0.0.1:9/"),
    "program": lambda: subprocess.run(["true"], check=False),
    "shell": lambda: os.system("true"),
    "write": lambda: Path("stolen.txt").write_text("x", encoding="utf-8"),
    "remove": lambda: Path("nothing").unlink(),
    "kill": lambda: os.kill(os.getppid(), 0),
    "fault": lambda: {}["张三 110105"],
    "deep": deep,
    "grow": grow,
    "hang": lambda: time.sleep(60),
    "die": lambda: signal.raise_signal(signal.SIGKILL),
    "locked": locked,
    "answer": lambda: None,
}


def tell(task, files):
    ATTEMPTS[files[0].decode()]()
    return {"told": files[0].decode(), "environment": sorted(os.environ)}


if __name__ == "__main__":
    reader.tell_of = tell
    reader.main()
