#include "CKernels.h"

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif
#pragma clang fp contract(fast)

typedef double d8 __attribute__((vector_size(64), aligned(8)));
enum { LANES = 8, SIDE = 4, DEPTH = 1024 };

static inline __attribute__((always_inline)) double fold(const d8 *s) {
  double lanes[LANES];
  *(d8 *)lanes = *s;
  for (int w = 4; w > 0; w /= 2)
    for (int i = 0; i < w; ++i) lanes[i] += lanes[i + w];
  return lanes[0];
}

// Products of `rows` rows with `columns` rows over one stretch of k, added to c.
static inline __attribute__((always_inline)) void square(const double *a, const double *b, double *c, size_t n,
                                                         size_t k, size_t depth, size_t rows, size_t columns) {
  d8 s[SIDE][SIDE];
  for (size_t r = 0; r < rows; ++r)
    for (size_t q = 0; q < columns; ++q) s[r][q] = (d8){0};
  size_t l = 0;
  for (; l + LANES <= depth; l += LANES)
    for (size_t r = 0; r < rows; ++r)
      for (size_t q = 0; q < columns; ++q) s[r][q] += *(const d8 *)(a + r * k + l) * *(const d8 *)(b + q * k + l);
  for (size_t r = 0; r < rows; ++r)
    for (size_t q = 0; q < columns; ++q) {
      double t = fold(&s[r][q]);
      for (size_t z = l; z < depth; ++z) t += a[r * k + z] * b[q * k + z];
      c[r * n + q] += t;
    }
}

CLONES void gk_gram(const double *a, double *c, size_t n, size_t k) {
  for (size_t i = 0; i < n * n; ++i) c[i] = 0;
  for (size_t start = 0; start < k; start += DEPTH) {
    const size_t depth = k - start < DEPTH ? k - start : DEPTH;
    for (size_t i = 0; i < n; i += SIDE)
      for (size_t j = 0; j <= i; j += SIDE) {
        const double *x = a + i * k + start, *y = a + j * k + start;
        if (n - i >= SIDE) square(x, y, c + i * n + j, n, k, depth, SIDE, SIDE);
        else square(x, y, c + i * n + j, n, k, depth, n - i, n - j < SIDE ? n - j : SIDE);
      }
  }
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j < i; ++j) c[j * n + i] = c[i * n + j];
}
