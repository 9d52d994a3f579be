"""The processes of a benchmark: the mock, the proxy that adds a distance, and the clients, each in its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Self

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["OFFICIAL_PYTHON", "Bench", "Distance", "Driver", "DriverError"]

Distance = Literal["loopback", "20 ms"]

_HERE: Final = Path(__file__).resolve().parent.parent
OFFICIAL_PYTHON: Final = _HERE.parent / ".venv-peers" / "bin" / "python"
_ROUND_TRIP_S: Final = 0.02


def _path() -> str:
    given = os.environ.get("PYTHONPATH")
    return os.pathsep.join([str(_HERE), *([given] if given else [])])


class DriverError(Exception):
    """A driver failed to carry out a command; the message is its traceback."""


class Driver:
    """A process that carries out commands.

    Args:
        name: Module in `bench.drivers`.
        python: The interpreter of the environment to use.
    """

    def __init__(self, name: str, *, python: str | Path = sys.executable) -> None:
        self.name = name
        self._process = subprocess.Popen(  # noqa: S603 - our own modules
            [str(python), "-m", f"bench.drivers.{name}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": _path()},
            text=True,
        )

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    def do(self, command: str, **arguments: Any) -> Any:
        """Give a command and wait for its result.

        Args:
            command: Its name.
            arguments: Its arguments.

        Returns:
            The result.

        Raises:
            DriverError: The command failed, or the process ended.
        """
        assert self._process.stdin is not None  # noqa: S101 - piped above
        assert self._process.stdout is not None  # noqa: S101 - piped above
        with suppress(
            BrokenPipeError
        ):  # The process has ended, which the empty answer below shows.
            self._process.stdin.write(json.dumps({"do": command, "with": arguments}) + "\n")
            self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise DriverError(f"the driver {self.name} ended")
        answer = json.loads(line)
        if "error" in answer:
            raise DriverError(f"{self.name}: {command}: {answer['error']}")
        return answer["result"]

    def stop(self) -> None:
        """End the process."""
        assert self._process.stdin is not None  # noqa: S101 - piped above
        assert self._process.stdout is not None  # noqa: S101 - piped above
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


class Bench:
    """Starts each process when it is first needed, and ends all of them.

    Args:
        directory: For the test PKI and other files.
        official_python: Interpreter of the environment with the official client.
    """

    def __init__(self, directory: Path, *, official_python: Path = OFFICIAL_PYTHON) -> None:
        self.directory = directory
        self._official_python = official_python
        self._drivers: dict[str, Driver] = {}
        self._mocks: dict[str, dict[str, str]] = {}
        self._endpoints: dict[tuple[str, Distance], str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for driver in reversed(self._drivers.values()):
            driver.stop()

    @property
    def pids(self) -> list[int]:
        """Ids of the running processes."""
        return [driver.pid for driver in self._drivers.values()]

    def mock(self, which: str = "still") -> Driver:
        """Return a mock.

        Args:
            which: "still": its clock stands still, so that no transfers run during a measurement. "running": its clock
                runs. "full" and "new": as "running", for many jobs and for jobs that are counted.
        """
        name = f"mock {which}"
        if name not in self._drivers:
            driver = self._drivers[name] = Driver("mock_server")
            scale = 0.0 if which == "still" else 1.0
            self._mocks[which] = driver.do(
                "open", pki=str(self.directory / "pki"), time_scale=scale
            )
        return self._drivers[name]

    def place(self, which: str = "still", distance: Distance = "loopback") -> dict[str, str]:
        """Get the endpoint of a mock at a distance, and the credential of alice there.

        Args:
            which: The mock.
            distance: Added round-trip time.

        Returns:
            `endpoint`, `credential`, `ca_dir`, `ca_file`.
        """
        self.mock(which)
        place = self._mocks[which]
        if distance == "loopback":
            return place
        if (which, distance) not in self._endpoints:
            proxy = self._drivers[f"delay {which}"] = Driver("delay")
            self._endpoints[which, distance] = proxy.do(
                "open", endpoint=place["endpoint"], round_trip_s=_ROUND_TRIP_S
            )
        return {**place, "endpoint": self._endpoints[which, distance]}

    def official(self, distance: Distance = "loopback") -> Driver:
        """Return the official client, at a distance from the mock whose clock stands still."""
        return self._client("official", distance, self._official_python)

    def ours(self, distance: Distance = "loopback") -> Driver:
        """Return our client, at a distance from the mock whose clock stands still."""
        return self._client("ours", distance, Path(sys.executable))

    def _client(self, module: str, distance: Distance, python: Path) -> Driver:
        name = f"{module} {distance}"
        if name not in self._drivers:
            place = self.place(distance=distance)
            driver = self._drivers[name] = Driver(module, python=python)
            driver.do("open", **{key: place[key] for key in ("endpoint", "credential", "ca_dir")})
        return self._drivers[name]

    def load(self) -> Driver:
        """Return the minimal client that produces load."""
        if "load" not in self._drivers:
            place = self.place()
            driver = self._drivers["load"] = Driver("load")
            driver.do("open", credential=place["credential"], ca_file=place["ca_file"])
        return self._drivers["load"]
