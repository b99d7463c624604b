"""One peer as a contestant: `serve.py WORK WAY THREADS` says `ready`, then the seconds of each `go`, and after `end` the
peak of its resident memory in bytes."""
import resource
import sys
import time


def main():
    work, way, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
    if work.startswith("ranks"):
        import ranks as module
    else:
        import networks as module
    once = module.prepare(work, way, threads)
    # Twice to warm up; once is enough for what takes long.
    begin = time.perf_counter()
    once()
    if time.perf_counter() - begin < 3:
        once()
    print("ready", flush=True)
    for line in sys.stdin:
        if line.strip() != "go":
            break
        begin = time.perf_counter()
        once()
        print(time.perf_counter() - begin, flush=True)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, flush=True)


main()
