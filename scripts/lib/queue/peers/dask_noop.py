"""N calls of an empty Python function on two Dask worker processes; prints seconds. usage: N"""

import sys
import time

from distributed import Client, LocalCluster


def noop(number):
    return number


if __name__ == "__main__":
    count = int(sys.argv[1])
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        client.gather(client.map(noop, range(100)))
        start = time.monotonic()
        client.gather(client.map(noop, range(count), pure=False))
        print(time.monotonic() - start)
