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

typedef float v16 __attribute__((vector_size(64), aligned(4)));
typedef int32_t i16 __attribute__((vector_size(64)));

CLONES size_t gk_first_smallest(const float *row, size_t n) {
  v16 least;
  for (int l = 0; l < 16; ++l) least[l] = __builtin_inff();
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    const v16 x = *(const v16 *)(row + i);
    const i16 smaller = x < least;
    least = (v16)((smaller & (i16)x) | (~smaller & (i16)least));
  }
  float t = __builtin_inff();
  for (int l = 0; l < 16; ++l) t = least[l] < t ? least[l] : t;
  for (; i < n; ++i) t = row[i] < t ? row[i] : t;
  if (t == __builtin_inff()) return n;
  for (size_t j = 0; j < n; ++j)
    if (row[j] == t) return j;
  return n;
}
