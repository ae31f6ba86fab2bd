"""Nothing that a test starts outlives it, not even when the test run is killed."""

import subprocess

# The shell sleeps until its standard input closes, which happens when this process ends in whatever way.
SCRIPT = 'read _; kill -s "$1" -- "$2" 2>/dev/null; shift 2; sleep 0.3; [ $# -eq 0 ] || rm -rf -- "$@"'


def dies_with_us(pid: int, *folders: str, signal: str = "KILL") -> subprocess.Popen[bytes]:
    """Kill this process (or, if negative, this process group) and remove these folders when the test run ends."""
    command = ["sh", "-c", SCRIPT, "guard", signal, str(pid), *folders]
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)


def release(guard: subprocess.Popen[bytes]) -> None:
    """The guarded process has ended in good order; the guard has nothing left to do."""
    guard.kill()
    guard.wait()
    if guard.stdin:
        guard.stdin.close()
