#include "ranking.h"

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

typedef double d8 __attribute__((vector_size(64), aligned(8)));
typedef float v8 __attribute__((vector_size(32), aligned(4)));

CLONES size_t gk_count_below(const float *row, size_t n, float x) {
  size_t count = 0;
  for (size_t i = 0; i < n; ++i) count += row[i] < x;
  return count;
}

CLONES double gk_hinge_sum(const float *row, size_t n, float x, float sign, size_t *active) {
  *active = 0;
  if (x != x) return x;  // A pivot that is not a number hides nothing.
  d8 s = {0};
  const d8 zero = {0};
  size_t i = 0, count = 0;
  for (; i + 8 <= n; i += 8) {
    d8 t = sign * (x - __builtin_convertvector(*(const v8 *)(row + i), d8));
    s += __builtin_elementwise_max(t, zero);
  }
  double lanes[8];
  *(d8 *)lanes = s;
  double sum = ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
  for (; i < n; ++i) {
    double t = sign * ((double)x - row[i]);
    sum += t > 0 ? t : 0;
  }
  if (sign > 0)
    for (size_t j = 0; j < n; ++j) count += row[j] < x;
  else
    for (size_t j = 0; j < n; ++j) count += row[j] > x;
  *active = count;
  return sum;
}

CLONES size_t gk_hinge_pullback(const float *d, float *row, size_t n, float x, float sign, float value) {
  size_t count = 0;
  if (sign > 0)
    for (size_t i = 0; i < n; ++i) {
      row[i] += d[i] < x ? value : 0;
      count += d[i] < x;
    }
  else
    for (size_t i = 0; i < n; ++i) {
      row[i] += d[i] > x ? value : 0;
      count += d[i] > x;
    }
  return count;
}
