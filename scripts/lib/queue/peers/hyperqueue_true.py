"""N runs of a program through HyperQueue with one worker of two cores; prints seconds. usage: N PROGRAM [ARG…]"""

import sys
import time

from hyperqueue import Job, LocalCluster
from hyperqueue.cluster import WorkerConfig

count, command = int(sys.argv[1]), sys.argv[2:]
with LocalCluster() as cluster:
    cluster.start_worker(WorkerConfig(cores=2))
    client = cluster.client()
    job = Job()
    for _ in range(count):
        job.program(command, stdout=None, stderr=None)
    start = time.monotonic()
    client.wait_for_jobs([client.submit(job)])
    print(time.monotonic() - start)
