#include "CKernels.h"
#include <string.h>

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

CLONES int gk_all_finite(const float *x, size_t n) {
  // x - x is 0 for what is finite, and not a number for the rest; integers, so that the compiler may use vectors.
  unsigned bad = 0;
  for (size_t i = 0; i < n; ++i) bad |= x[i] - x[i] != 0;
  return !bad;
}

CLONES int gk_all_equal(const float *x, const float *y, size_t n) {
  // By pieces: most images differ early.
  for (size_t start = 0; start < n; start += 256) {
    const size_t end = start + 256 < n ? start + 256 : n;
    unsigned differ = 0;
    for (size_t i = start; i < end; ++i) differ |= x[i] != y[i];
    if (differ) return 0;
  }
  return 1;
}

CLONES void gk_linf_step(float *x, const float *g, float size, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    const float step = g[i] > 0 ? size : g[i] < 0 ? -size : 0;
    x[i] = g[i] != 0 ? x[i] - step : x[i];
  }
}

CLONES void gk_linf_project(const float *image, const float *clean, double epsilon, float *out, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    const double centre = clean[i];
    const double moved = (double)image[i] - centre;
    double offset = moved < -epsilon ? -epsilon : moved;
    offset = offset > epsilon ? epsilon : offset;
    offset = moved != moved ? 0 : offset;
    double sum = centre + offset;
    sum = sum > 0 ? sum : 0;
    sum = sum < 1 ? sum : 1;
    const float rounded = (float)sum;
    const double error = (double)rounded - centre;
    const double distance = error < 0 ? -error : error;
    const double allowed = offset < 0 ? -offset : offset;
    // The neighbour towards the clean pixel; both are at least +0, where bits are in the order of the numbers.
    int bits;
    memcpy(&bits, &rounded, sizeof bits);
    bits += distance > allowed ? (error > 0 ? -1 : 1) : 0;
    float pixel;
    memcpy(&pixel, &bits, sizeof pixel);
    // The double sum of a pixel that stays is rounded: do not let that move it.
    out[i] = moved == offset && image[i] >= 0 && image[i] <= 1 ? image[i] : pixel;
  }
}
