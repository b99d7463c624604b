#include "CKernels.h"

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

// Comparisons with what is not a number are false.
static inline __attribute__((always_inline)) uint32_t below(const float *row, size_t n, float t) {
  uint32_t count = 0;
  for (size_t i = 0; i < n; ++i) count += row[i] < t;
  return count;
}

static inline __attribute__((always_inline)) uint32_t at_most(const float *row, size_t n, float t) {
  uint32_t count = 0;
  for (size_t i = 0; i < n; ++i) count += row[i] <= t;
  return count;
}

CLONES void gk_count_before(const float *row, size_t n, size_t first, const float *distances, const intptr_t *indices,
                            uint32_t *counts, size_t members) {
  for (size_t m = 0; m < members; ++m) {
    const float t = distances[m];
    // Of equals, those with a smaller index come before.
    const size_t index = (size_t)indices[m];
    const size_t equal = index <= first ? 0 : index >= first + n ? n : index - first;
    counts[m] += at_most(row, equal, t) + below(row + equal, n - equal, t);
  }
}
