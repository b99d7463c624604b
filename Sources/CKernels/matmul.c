#include "CKernels.h"
#include <string.h>

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif
#pragma clang fp contract(fast)

typedef float v16 __attribute__((vector_size(64), aligned(4)));
typedef double d8 __attribute__((vector_size(64), aligned(8)));
typedef float v8 __attribute__((vector_size(32), aligned(4)));

// Sixteen partial sums, lane i holding the terms k = i modulo 16, added pairwise; then the tail in order.
static inline float fold(float t[16]) {
  for (int w = 8; w > 0; w /= 2)
    for (int i = 0; i < w; ++i) t[i] += t[i + w];
  return t[0];
}

// ROWS rows of a times COLUMNS rows of b; the blocking changes which elements are computed together, not their sums.
#define NT_BLOCK(ROWS, COLUMNS)                                                                          \
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
        for (int q = 0; q < COLUMNS; ++q) s[r][q] += x * y[q];                                           \
      }                                                                                                  \
    }                                                                                                    \
    for (int r = 0; r < ROWS; ++r)                                                                       \
      for (int q = 0; q < COLUMNS; ++q) {                                                                \
        float lanes[16];                                                                                 \
        *(v16 *)lanes = s[r][q];                                                                         \
        float t = fold(lanes);                                                                           \
        for (size_t z = l; z < k; ++z) t += a[(i + r) * k + z] * b[(j + q) * k + z];                     \
        c[(i + r) * n + j + q] = t;                                                                      \
      }                                                                                                  \
  } while (0)

CLONES void gk_matmul_nt(const float *a, const float *b, float *c, size_t m, size_t n, size_t k) {
  // Rows of b by blocks that stay in the second-level cache while all rows of a pass.
  const size_t block = 256;
  for (size_t start = 0; start < n; start += block) {
    const size_t end = start + block < n ? start + block : n;
    size_t i = 0;
    for (; i + 4 <= m; i += 4) {
      size_t j = start;
      for (; j + 4 <= end; j += 4) NT_BLOCK(4, 4);
      for (; j < end; ++j) NT_BLOCK(4, 1);
    }
    for (; i < m; ++i) {
      size_t j = start;
      for (; j + 4 <= end; j += 4) NT_BLOCK(1, 4);
      for (; j < end; ++j) NT_BLOCK(1, 1);
    }
  }
}

// Terms are added in the order of k, one at a time, for every element.
#define NN_BODY(A_AT)                                                                                    \
  for (size_t i = 0; i < m; ++i) memset(c + i * n, 0, n * sizeof(float));                                \
  const size_t block = 64;                                                                               \
  for (size_t start = 0; start < k; start += block) {                                                    \
    const size_t end = start + block < k ? start + block : k;                                            \
    for (size_t i = 0; i < m; ++i) {                                                                     \
      float *row = c + i * n;                                                                            \
      size_t j = 0;                                                                                      \
      for (; j + 64 <= n; j += 64) {                                                                     \
        v16 s0 = *(v16 *)(row + j), s1 = *(v16 *)(row + j + 16);                                         \
        v16 s2 = *(v16 *)(row + j + 32), s3 = *(v16 *)(row + j + 48);                                    \
        for (size_t l = start; l < end; ++l) {                                                           \
          const float x = A_AT;                                                                          \
          const float *y = b + l * n + j;                                                                \
          s0 += x * *(const v16 *)y;                                                                     \
          s1 += x * *(const v16 *)(y + 16);                                                              \
          s2 += x * *(const v16 *)(y + 32);                                                              \
          s3 += x * *(const v16 *)(y + 48);                                                              \
        }                                                                                                \
        *(v16 *)(row + j) = s0;                                                                          \
        *(v16 *)(row + j + 16) = s1;                                                                     \
        *(v16 *)(row + j + 32) = s2;                                                                     \
        *(v16 *)(row + j + 48) = s3;                                                                     \
      }                                                                                                  \
      for (; j < n; ++j) {                                                                               \
        float s = row[j];                                                                                \
        for (size_t l = start; l < end; ++l) s += A_AT * b[l * n + j];                                   \
        row[j] = s;                                                                                      \
      }                                                                                                  \
    }                                                                                                    \
  }

CLONES void gk_matmul_nn(const float *a, const float *b, float *c, size_t m, size_t n, size_t k) {
  NN_BODY(a[i * k + l])
}

CLONES void gk_matmul_tn(const float *a, const float *b, float *c, size_t m, size_t n, size_t k) {
  NN_BODY(a[l * m + i])
}

static inline double fold8(const double t[8]) {
  return ((t[0] + t[4]) + (t[2] + t[6])) + ((t[1] + t[5]) + (t[3] + t[7]));
}

CLONES double gk_sum(const float *a, size_t n) {
  d8 s = {0};
  size_t i = 0;
  for (; i + 8 <= n; i += 8) s += __builtin_convertvector(*(const v8 *)(a + i), d8);
  double lanes[8];
  *(d8 *)lanes = s;
  double t = fold8(lanes);
  for (; i < n; ++i) t += a[i];
  return t;
}

CLONES double gk_dot(const float *a, const float *b, size_t n) {
  d8 s = {0};
  size_t i = 0;
  for (; i + 8 <= n; i += 8)
    s += __builtin_convertvector(*(const v8 *)(a + i), d8) * __builtin_convertvector(*(const v8 *)(b + i), d8);
  double lanes[8];
  *(d8 *)lanes = s;
  double t = fold8(lanes);
  for (; i < n; ++i) t += (double)a[i] * b[i];
  return t;
}

CLONES double gk_squared_distance(const float *a, const float *b, size_t n) {
  d8 s = {0};
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    d8 d = __builtin_convertvector(*(const v8 *)(a + i), d8) - __builtin_convertvector(*(const v8 *)(b + i), d8);
    s += d * d;
  }
  double lanes[8];
  *(d8 *)lanes = s;
  double t = fold8(lanes);
  for (; i < n; ++i) {
    double d = (double)a[i] - b[i];
    t += d * d;
  }
  return t;
}

CLONES void gk_axpy(float s, const float *x, float *y, size_t n) {
  for (size_t i = 0; i < n; ++i) y[i] += s * x[i];
}
