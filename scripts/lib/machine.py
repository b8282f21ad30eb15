"""What this machine can do at most: matrix products of OpenBLAS, and reading from memory."""

import ctypes
import ctypes.util
import threading
import time


def product_peak():
    """Operations in a second of DGEMM on all processors, the best of five; 0 without OpenBLAS."""
    try:
        library = ctypes.CDLL("libopenblas.so.0")
    except OSError:
        return 0.0
    size = 1536
    block = ctypes.c_double * (size * size)
    a, b, c = block(*([1.0] * (size * size))), block(*([0.5] * (size * size))), block()
    best = 0.0
    for _ in range(5):
        start = time.monotonic()
        library.cblas_dgemm(102, 111, 111, size, size, size, ctypes.c_double(1), a, size, b, size, ctypes.c_double(0), c, size)
        best = max(best, 2 * size**3 / (time.monotonic() - start))
    return best


def read_bandwidth(threads=2):
    """Bytes in a second that a search through memory reads, on all threads together, the best of five."""
    library = ctypes.CDLL(None)
    library.memchr.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
    size = 256 << 20
    buffers = [ctypes.create_string_buffer(size) for _ in range(threads)]
    for buffer in buffers:
        ctypes.memset(buffer, 0, size)
    best = 0.0
    for _ in range(5):
        workers = [threading.Thread(target=library.memchr, args=(buffer, 1, size)) for buffer in buffers]
        start = time.monotonic()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        best = max(best, threads * size / (time.monotonic() - start))
    return best
