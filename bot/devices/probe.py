"""Child of ``samovar doctor --device``: tries the one device that it sees and prints JSON."""

import asyncio
import sys

import msgspec

from bot.logs import configure_logs
from services.workers.selftest.check import check_device


def main() -> None:
    """Take torch's name of the device, that of people, and the number format."""
    device, asked, dtype = sys.argv[1:]
    configure_logs("ERROR")  # What there is to say is in the report.
    report = asyncio.run(check_device(device, asked=asked, dtype=dtype))
    sys.stdout.buffer.write(msgspec.json.encode(report) + b"\n")


if __name__ == "__main__":
    main()
