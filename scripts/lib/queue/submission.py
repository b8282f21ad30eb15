"""How fast a submission is safe on disk."""

import json
import selectors
import statistics
import time

import row
from world import World, request, sweep

JOBS, CLIENTS = 10_000, 8


def million(options):
    """A sweep that is one row until it is dispatched; whole client processes."""
    with World() as world:
        path = world.file("million.yaml", sweep(1_000_000))
        world.submit(path, "--hold")
        taken = []
        for _ in range(max(5, options.repeats)):
            start = time.monotonic()
            world.submit(path, "--hold")
            taken.append(1e3 * (time.monotonic() - start))
        note = f"server {world.memory():.0f} MB with {len(taken) + 1} of them held"
        yield row.Figure("submit a sweep of 1 M points, whole process", statistics.median(taken), "ms", 100, False, note)


def singles(options):
    """Eight connections that stay open, each with its next submission as soon as the last one is acknowledged."""
    rates, tails, note = [], [], ""
    for _ in range(options.repeats):
        with World() as world:
            before = world.processor()
            seconds, latencies = submit_all(world)
            note = row.spent(world, before)
        rates.append(JOBS / seconds)
        tails.append(1e3 * sorted(latencies)[int(0.99 * JOBS)])
    yield row.Figure(f"{JOBS} jobs from {CLIENTS} clients", statistics.median(rates), "acks/s", 5000, note=note)
    yield row.Figure("their 99th percentile", statistics.median(tails), "ms", 50, False)


def submit_all(world, source="name: one\nkernel: test.sleep\n"):
    """Seconds of all submissions, and of each one."""
    body = json.dumps({"source": source, "fileName": "one.yaml", "files": [], "isHeld": False, "fresh": True})
    message = request("POST", "/v1/jobs", body.encode())
    chooser = selectors.DefaultSelector()
    sent, latencies = {}, []
    left, start = JOBS, time.monotonic()
    for _ in range(CLIENTS):
        link = world.connect()
        chooser.register(link, selectors.EVENT_READ)
        link.sendall(message)
        sent[link] = time.monotonic()
        left -= 1
    while len(latencies) < JOBS:
        for key, _ in chooser.select():
            answer = key.fileobj.recv(65536)
            if not answer.startswith(b"HTTP/1.1 201"):
                raise SystemExit(f"a submission was answered with {answer[:300]!r}")
            latencies.append(time.monotonic() - sent[key.fileobj])
            if left:
                key.fileobj.sendall(message)
                sent[key.fileobj] = time.monotonic()
                left -= 1
    return time.monotonic() - start, latencies


ROWS = [
    row.Row("submit", "a sweep of 1 M points is submitted", million),
    row.Row("singles", "10 000 single jobs from 8 persistent clients", singles),
]
