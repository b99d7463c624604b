#include "ranking.h"
#include <string.h>

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif
#pragma clang fp contract(fast)

typedef float v16 __attribute__((vector_size(64), aligned(4)));

// Sixteen partial sums, lane i holding the terms k = i modulo 16, added pairwise; then the tail in order.
static inline float fold(float t[16]) {
  for (int w = 8; w > 0; w /= 2)
    for (int i = 0; i < w; ++i) t[i] += t[i + w];
  return t[0];
}

#define DISTANCE_BLOCK(ROWS, COLUMNS)                                                                    \
  do {                                                                                                   \
    v16 s[ROWS][COLUMNS];                                                                                \
    for (int r = 0; r < ROWS; ++r)                                                                       \
      for (int q = 0; q < COLUMNS; ++q) s[r][q] = (v16){0};                                              \
    size_t l = 0;                                                                                        \
    for (; l + 16 <= k; l += 16) {                                                                       \
      v16 y[COLUMNS];                                                                                    \
      for (int q = 0; q < COLUMNS; ++q) y[q] = *(const v16 *)(b + (j + q) * k + l);                      \
      for (int r = 0; r < ROWS; ++r) {                                                                   \
        v16 x = *(const v16 *)(a + (i + r) * k + l);                                                     \
        for (int q = 0; q < COLUMNS; ++q) {                                                              \
          v16 z = x - y[q];                                                                              \
          s[r][q] += z * z;                                                                              \
        }                                                                                                \
      }                                                                                                  \
    }                                                                                                    \
    for (int r = 0; r < ROWS; ++r)                                                                       \
      for (int q = 0; q < COLUMNS; ++q) {                                                                \
        float lanes[16];                                                                                 \
        *(v16 *)lanes = s[r][q];                                                                         \
        float t = fold(lanes);                                                                           \
        for (size_t u = l; u < k; ++u) {                                                                 \
          float z = a[(i + r) * k + u] - b[(j + q) * k + u];                                             \
          t += z * z;                                                                                    \
        }                                                                                                \
        d[(i + r) * n + j + q] = __builtin_sqrtf(t);                                                     \
      }                                                                                                  \
  } while (0)

CLONES void gk_distance_nt(const float *a, const float *b, float *d, size_t m, size_t n, size_t k) {
  // Rows of b by blocks that stay in the second-level cache while all rows of a pass.
  const size_t block = 256;
  for (size_t start = 0; start < n; start += block) {
    const size_t end = start + block < n ? start + block : n;
    size_t i = 0;
    for (; i + 4 <= m; i += 4) {
      size_t j = start;
      for (; j + 4 <= end; j += 4) DISTANCE_BLOCK(4, 4);
      for (; j < end; ++j) DISTANCE_BLOCK(4, 1);
    }
    for (; i < m; ++i) {
      size_t j = start;
      for (; j + 4 <= end; j += 4) DISTANCE_BLOCK(1, 4);
      for (; j < end; ++j) DISTANCE_BLOCK(1, 1);
    }
  }
}

CLONES void gk_distance_pullback(
    const float *w, const float *d, const float *a, const float *b, float *g, size_t m, size_t n, size_t k) {
  memset(g, 0, m * k * sizeof(float));
  // Terms are summed within a block of rows of b first, then block by block: two short sums instead of a long one.
  enum { block = 256 };
  float s[block];
  size_t at[block];
  for (size_t start = 0; start < n; start += block) {
    const size_t end = start + block < n ? start + block : n;
    for (size_t i = 0; i < m; ++i) {
      size_t count = 0;
      for (size_t j = start; j < end; ++j) {
        const float x = w[i * n + j], y = d[i * n + j];
        s[count] = y != 0 ? x / y : 0;
        at[count] = j;
        count += x != 0 && y != 0;
      }
      if (count == 0) continue;
      const float *p = a + i * k;
      float *row = g + i * k;
      size_t l = 0;
      for (; l + 64 <= k; l += 64) {
        const v16 p0 = *(const v16 *)(p + l), p1 = *(const v16 *)(p + l + 16);
        const v16 p2 = *(const v16 *)(p + l + 32), p3 = *(const v16 *)(p + l + 48);
        v16 t0 = {0}, t1 = {0}, t2 = {0}, t3 = {0};
        for (size_t c = 0; c < count; ++c) {
          const float *q = b + at[c] * k + l;
          const float x = s[c];
          t0 += x * (p0 - *(const v16 *)q);
          t1 += x * (p1 - *(const v16 *)(q + 16));
          t2 += x * (p2 - *(const v16 *)(q + 32));
          t3 += x * (p3 - *(const v16 *)(q + 48));
        }
        *(v16 *)(row + l) += t0;
        *(v16 *)(row + l + 16) += t1;
        *(v16 *)(row + l + 32) += t2;
        *(v16 *)(row + l + 48) += t3;
      }
      for (; l < k; ++l) {
        float t = 0;
        for (size_t c = 0; c < count; ++c) t += s[c] * (p[l] - b[at[c] * k + l]);
        row[l] += t;
      }
    }
  }
}
