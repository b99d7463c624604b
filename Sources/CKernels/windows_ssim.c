#include "CKernels.h"
#include <string.h>

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif
#pragma clang fp contract(fast)

// The planes of window means, in this order.
enum { MEAN_X, MEAN_Y, MEAN_XX, MEAN_YY, MEAN_XY, MEANS };

size_t gk_ssim_scratch(size_t height, size_t width, size_t n) {
  // The means; a row of products; sums along rows of all image rows, for each of the means.
  return MEANS * (height - n + 1) * (width - n + 1) + width + height * (width - n + 1);
}

// target[j] = sum over t of taps[t] * source[j + t]
static inline __attribute__((always_inline)) void along(const double *source, const double *taps, size_t n, double *target, size_t count) {
  for (size_t j = 0; j < count; ++j) target[j] = taps[0] * source[j];
  for (size_t t = 1; t < n; ++t)
    for (size_t j = 0; j < count; ++j) target[j] += taps[t] * source[j + t];
}

static inline __attribute__((always_inline)) void means(const double *x, const double *y, size_t h, size_t w, const double *taps, size_t n,
                         double *scratch) {
  const size_t oh = h - n + 1, ow = w - n + 1;
  double *product = scratch + MEANS * oh * ow, *rows = product + w;
  for (int m = 0; m < MEANS; ++m) {
    for (size_t i = 0; i < h; ++i) {
      const double *a = x + i * w, *b = y + i * w, *source = product;
      switch (m) {
      case MEAN_X: source = a; break;
      case MEAN_Y: source = b; break;
      case MEAN_XX: for (size_t j = 0; j < w; ++j) product[j] = a[j] * a[j]; break;
      case MEAN_YY: for (size_t j = 0; j < w; ++j) product[j] = b[j] * b[j]; break;
      default: for (size_t j = 0; j < w; ++j) product[j] = a[j] * b[j]; break;
      }
      along(source, taps, n, rows + i * ow, ow);
    }
    for (size_t i = 0; i < oh; ++i) {
      double *target = scratch + ((size_t)m * oh + i) * ow;
      for (size_t j = 0; j < ow; ++j) target[j] = taps[0] * rows[i * ow + j];
      for (size_t t = 1; t < n; ++t)
        for (size_t j = 0; j < ow; ++j) target[j] += taps[t] * rows[(i + t) * ow + j];
    }
  }
}

CLONES void gk_ssim_plane(const double *x, const double *y, size_t h, size_t w, const double *taps, size_t n,
                          double c1, double c2, double *scratch, double *sums) {
  const size_t count = (h - n + 1) * (w - n + 1);
  means(x, y, h, w, taps, n, scratch);
  const double *mx = scratch + MEAN_X * count, *my = scratch + MEAN_Y * count;
  const double *xx = scratch + MEAN_XX * count, *yy = scratch + MEAN_YY * count, *xy = scratch + MEAN_XY * count;
  // Eight partial sums by place modulo 8, added in order: the same result however wide the registers are.
  double full[8] = {0}, contrast[8] = {0};
  for (size_t start = 0; start < count; start += 8) {
    const size_t lanes = count - start < 8 ? count - start : 8;
    for (size_t k = 0; k < lanes; ++k) {
      const size_t i = start + k;
      const double cs = (2 * (xy[i] - mx[i] * my[i]) + c2) / ((xx[i] - mx[i] * mx[i]) + (yy[i] - my[i] * my[i]) + c2);
      const double l = (2 * mx[i] * my[i] + c1) / (mx[i] * mx[i] + my[i] * my[i] + c1);
      full[k] += l * cs;
      contrast[k] += cs;
    }
  }
  sums[0] = sums[1] = 0;
  for (int k = 0; k < 8; ++k) {
    sums[0] += full[k];
    sums[1] += contrast[k];
  }
}

CLONES void gk_ssim_plane_gradient(const double *x, const double *y, size_t h, size_t w, const double *taps,
                                   size_t n, double c1, double c2, double full, double contrast, double *scratch,
                                   double *gradient) {
  const size_t oh = h - n + 1, ow = w - n + 1, count = oh * ow;
  means(x, y, h, w, taps, n, scratch);
  double *mx = scratch + MEAN_X * count, *my = scratch + MEAN_Y * count;
  double *xx = scratch + MEAN_XX * count, *yy = scratch + MEAN_YY * count, *xy = scratch + MEAN_XY * count;
  // Derivatives with respect to the means of x, x^2 and x*y, written over the means of x, x^2 and x*y.
  for (size_t i = 0; i < count; ++i) {
    const double bl = mx[i] * mx[i] + my[i] * my[i] + c1;
    const double bc = (xx[i] - mx[i] * mx[i]) + (yy[i] - my[i] * my[i]) + c2;
    const double l = (2 * mx[i] * my[i] + c1) / bl;
    const double cs = (2 * (xy[i] - mx[i] * my[i]) + c2) / bc;
    const double weight = full * l + contrast;  // of d(cs)
    const double dx = full * cs * 2 * (my[i] - l * mx[i]) / bl + weight * 2 * (cs * mx[i] - my[i]) / bc;
    mx[i] = dx;
    xx[i] = -weight * cs / bc;
    xy[i] = 2 * weight / bc;
  }
  // Spread each back through the window: down the columns into `rows`, then along the rows into `spread`.
  double *spread = scratch + MEANS * count, *rows = spread + w;
  const int which[3] = {MEAN_X, MEAN_XX, MEAN_XY};
  for (int k = 0; k < 3; ++k) {
    const double *source = scratch + (size_t)which[k] * count;
    memset(rows, 0, h * ow * sizeof(double));
    for (size_t i = 0; i < oh; ++i)
      for (size_t t = 0; t < n; ++t)
        for (size_t j = 0; j < ow; ++j) rows[(i + t) * ow + j] += taps[t] * source[i * ow + j];
    for (size_t i = 0; i < h; ++i) {
      memset(spread, 0, w * sizeof(double));
      for (size_t t = 0; t < n; ++t)
        for (size_t j = 0; j < ow; ++j) spread[j + t] += taps[t] * rows[i * ow + j];
      const double *a = x + i * w, *b = y + i * w;
      double *g = gradient + i * w;
      switch (which[k]) {
      case MEAN_X: for (size_t j = 0; j < w; ++j) g[j] += spread[j]; break;
      case MEAN_XX: for (size_t j = 0; j < w; ++j) g[j] += 2 * a[j] * spread[j]; break;
      default: for (size_t j = 0; j < w; ++j) g[j] += b[j] * spread[j]; break;
      }
    }
  }
}
