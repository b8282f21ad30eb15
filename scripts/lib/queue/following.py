"""A thousand followers of one job."""

import resource
import selectors
import time

import row
from world import World, request, sweep

FOLLOWERS, SECONDS = 1000, 20.0


def followers(options):
    """Each reads the events with snapshots, as `kiln watch` does, while 50 ms tasks run."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4096)), hard))
    with World() as world:
        job = world.submit(world.file("naps.yaml", sweep(2000, duration="50 ms")))
        chooser, read = selectors.DefaultSelector(), {}
        message = request("GET", f"/v1/jobs/{job}/events?after=0&follow=1&snapshots=1")
        for _ in range(FOLLOWERS):
            link = world.connect()
            link.sendall(message)
            chooser.register(link, selectors.EVENT_READ)
            read[link] = 0
        listen(chooser, read, 3.0)
        server = world.processor()[0]
        start = time.monotonic()
        listen(chooser, read, SECONDS)
        cores = (world.processor()[0] - server) / (time.monotonic() - start)
        served = sum(1 for count in read.values() if count > 0)
        yield row.Figure(f"{served} of {FOLLOWERS} followers, processors of the server", cores, "cores", 0.5, False,
                         f"{sum(read.values()) / 1e6:.1f} MB sent, server {world.memory(peak=True):.0f} MB")
        yield row.Figure("followers that are served", served, "", FOLLOWERS)
        world.kiln("cancel", job)


def listen(chooser, read, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and chooser.get_map():
        for key, _ in chooser.select(max(0.0, deadline - time.monotonic())):
            try:
                piece = key.fileobj.recv(1 << 16)
            except ConnectionResetError:
                piece = b""
            read[key.fileobj] += len(piece)
            if not piece or piece.startswith(b"HTTP/1.1 5"):
                read[key.fileobj] = 0
                chooser.unregister(key.fileobj)
                key.fileobj.close()


ROWS = [row.Row("followers", "1 000 followers of one job", followers)]
