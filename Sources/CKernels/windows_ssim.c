#include "CKernels.h"
#include <string.h>

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif
#define INLINE static inline __attribute__((always_inline))
#pragma clang fp contract(fast)

// The planes of window means, in this order.
enum { MEAN_X, MEAN_Y, MEAN_XX, MEAN_YY, MEAN_XY, MEANS };
// Zeros on each side of a row, where windows reach beyond it.
enum { PAD = GK_WINDOW - 1 };

size_t gk_ssim_scratch(size_t height, size_t width) {
  // The means; a padded row; a row of zeros; one value for each image row and window column
  // (of which the gradient uses one row of the image's width).
  return MEANS * (height - PAD) * (width - PAD) + (width + PAD) + width + height * (width - PAD);
}

// target[j] = sum over t of taps[t] * source[j + t]
INLINE void along(const double *restrict source, const double *taps, double *restrict target, size_t count) {
  for (size_t j = 0; j < count; ++j) {
    double sum = taps[0] * source[j];
#pragma clang loop unroll(full)
    for (int t = 1; t < GK_WINDOW; ++t) sum += taps[t] * source[j + t];
    target[j] = sum;
  }
}

// target[j] = sum over t of taps[t] * rows[t][j]
INLINE void across(const double *const rows[GK_WINDOW], const double *taps, double *restrict target, size_t count) {
  for (size_t j = 0; j < count; ++j) {
    double sum = taps[0] * rows[0][j];
#pragma clang loop unroll(full)
    for (int t = 1; t < GK_WINDOW; ++t) sum += taps[t] * rows[t][j];
    target[j] = sum;
  }
}

INLINE void means(const double *x, const double *y, size_t h, size_t w, const double *taps, double *scratch) {
  const size_t oh = h - PAD, ow = w - PAD;
  double *product = scratch + MEANS * oh * ow, *rows = product + (w + PAD) + w;
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
      along(source, taps, rows + i * ow, ow);
    }
    for (size_t i = 0; i < oh; ++i) {
      const double *lines[GK_WINDOW];
      for (int t = 0; t < GK_WINDOW; ++t) lines[t] = rows + (i + t) * ow;
      across(lines, taps, scratch + ((size_t)m * oh + i) * ow, ow);
    }
  }
}

CLONES void gk_ssim_plane(const double *x, const double *y, size_t h, size_t w, const double *taps, double c1,
                          double c2, double *scratch, double *sums) {
  const size_t count = (h - PAD) * (w - PAD);
  means(x, y, h, w, taps, scratch);
  const double *mx = scratch + MEAN_X * count, *my = scratch + MEAN_Y * count;
  const double *xx = scratch + MEAN_XX * count, *yy = scratch + MEAN_YY * count, *xy = scratch + MEAN_XY * count;
  // Eight partial sums by place modulo 8, added in order: the same order however wide the registers are.
  double full[8] = {0}, contrast[8] = {0};
#define WINDOW(K)                                                                                                \
  do {                                                                                                           \
    const size_t i = start + (K);                                                                                \
    const double cs = (2 * (xy[i] - mx[i] * my[i]) + c2) / ((xx[i] - mx[i] * mx[i]) + (yy[i] - my[i] * my[i]) + c2); \
    const double l = (2 * mx[i] * my[i] + c1) / (mx[i] * mx[i] + my[i] * my[i] + c1);                            \
    full[K] += l * cs;                                                                                           \
    contrast[K] += cs;                                                                                           \
  } while (0)
  size_t start = 0;
  for (; start + 8 <= count; start += 8)
    for (int k = 0; k < 8; ++k) WINDOW(k);
  for (int k = 0; start + k < count; ++k) WINDOW(k);
#undef WINDOW
  sums[0] = sums[1] = 0;
  for (int k = 0; k < 8; ++k) {
    sums[0] += full[k];
    sums[1] += contrast[k];
  }
}

CLONES void gk_ssim_plane_gradient(const double *x, const double *y, size_t h, size_t w, const double *taps,
                                   double c1, double c2, double full, double contrast, double *scratch,
                                   double *gradient) {
  const size_t oh = h - PAD, ow = w - PAD, count = oh * ow;
  means(x, y, h, w, taps, scratch);
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
  // Spread each back through the window, which is symmetric: down the columns, then along the padded rows.
  double *padded = scratch + MEANS * count, *zeros = padded + (w + PAD), *spread = zeros + w;
  memset(padded, 0, (w + PAD) * sizeof(double));
  memset(zeros, 0, w * sizeof(double));
  const int which[3] = {MEAN_X, MEAN_XX, MEAN_XY};
  for (int k = 0; k < 3; ++k) {
    const double *source = scratch + (size_t)which[k] * count;
    for (size_t i = 0; i < h; ++i) {
      const double *lines[GK_WINDOW];
      for (int t = 0; t < GK_WINDOW; ++t) {
        const size_t row = i + t;  // of the plane with PAD rows of zeros above and below
        lines[t] = row >= PAD && row - PAD < oh ? source + (row - PAD) * ow : zeros;
      }
      across(lines, taps, padded + PAD, ow);
      // PAD zeros lie to the left; to the right `padded` has w + PAD - PAD - ow = PAD of them.
      along(padded, taps, spread, w);
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
