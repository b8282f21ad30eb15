"""N calls of an empty Python function on Parsl's HighThroughputExecutor with two workers; prints seconds. usage: N"""

import sys
import tempfile
import time

import parsl
from parsl.config import Config
from parsl.executors import HighThroughputExecutor
from parsl.providers import LocalProvider


@parsl.python_app
def noop(number):
    return number


if __name__ == "__main__":
    count = int(sys.argv[1])
    executor = HighThroughputExecutor(max_workers_per_node=2, address="127.0.0.1", provider=LocalProvider())
    with parsl.load(Config(run_dir=tempfile.mkdtemp(), executors=[executor])):
        [call.result() for call in [noop(number) for number in range(50)]]
        start = time.monotonic()
        [call.result() for call in [noop(number) for number in range(count)]]
        print(time.monotonic() - start)
