"""One peer as a contestant: `serve.py WORK WAY THREADS FOLDER` says `ready`, then the seconds of each `go`, after `results`
what it found as a JSON object, and after `end` the peak of its resident memory in bytes. FOLDER is shared by all sides.

A peer is a function that does the work once; it may have the attributes `results` (a dictionary of numbers) and `is_warm`.
"""
import json
import resource
import sys
import time


def main():
    work, way, threads, folder = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    if work.startswith("ranks"):
        import ranks as module
    elif work.startswith("ers"):
        import ers as module
    elif work.startswith("autoattack"):
        import autoattack as module
    else:
        import networks as module
    once = module.prepare(work, way, threads, folder)
    if not getattr(once, "is_warm", False):
        # Twice to warm up; once is enough for what takes long.
        begin = time.perf_counter()
        once()
        if time.perf_counter() - begin < 3:
            once()
    print("ready", flush=True)
    for line in sys.stdin:
        if line.strip() == "end":
            break
        if line.strip() == "results":
            print(json.dumps(getattr(once, "results", {})), flush=True)
            continue
        begin = time.perf_counter()
        once()
        print(time.perf_counter() - begin, flush=True)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, flush=True)


main()
