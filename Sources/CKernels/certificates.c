#include "certificates.h"

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

typedef double v8 __attribute__((vector_size(64), aligned(8)));
typedef float f8 __attribute__((vector_size(32), aligned(4)));

static inline double fold(const double s[8]) {
  return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

CLONES void gk_bisectors(
  const double *u, const float *c, const float *rows, size_t n, size_t k, size_t moving, double *products,
  double *squares) {
  for (size_t i = 0; i < n; ++i) {
    const float *x = rows + i * k;
    v8 product = {0}, square = {0};
    size_t j = 0;
    for (; j + 8 <= moving; j += 8) {
      v8 z = __builtin_convertvector(*(const f8 *)(c + j), v8) - __builtin_convertvector(*(const f8 *)(x + j), v8);
      product += *(const v8 *)(u + j) * z;
      square += z * z;
    }
    double lanes[2][8];
    *(v8 *)lanes[0] = product;
    *(v8 *)lanes[1] = square;
    double p = fold(lanes[0]), s = fold(lanes[1]);
    for (; j < k; ++j) {
      double z = (double)c[j] - (double)x[j];
      p += u[j] * z;
      if (j < moving) s += z * z;
    }
    products[i] = p;
    squares[i] = s;
  }
}
