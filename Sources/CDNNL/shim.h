#ifndef GAUNTLET_CDNNL_SHIM_H
#define GAUNTLET_CDNNL_SHIM_H
#include <oneapi/dnnl/dnnl.h>

// oneDNN asks OpenMP how many threads it may use, and OpenMP answers per calling thread. Gauntlet runs every program on
// one thread and spreads chunks of a batch over its own workers, so each worker says 1 here: the count of workers can
// then change no sum, hence no bit.
extern void omp_set_num_threads(int count);
#endif
