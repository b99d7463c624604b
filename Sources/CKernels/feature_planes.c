#include "CKernels.h"
// An image is at distance 0 from itself: no product may be rounded differently than its like.
#pragma STDC FP_CONTRACT OFF

#include <math.h>
#include <string.h>

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

// norm[p] = |x| over the channels, scale[p] = 1 / (norm + eps).
static inline __attribute__((always_inline)) void unit_scales(const float *x, float eps, size_t channels,
                                                              size_t positions, float *norm, float *scale) {
  memset(norm, 0, positions * sizeof(float));
  for (size_t c = 0; c < channels; ++c, x += positions)
    for (size_t p = 0; p < positions; ++p) norm[p] += x[p] * x[p];
  for (size_t p = 0; p < positions; ++p) {
    norm[p] = sqrtf(norm[p]);
    scale[p] = 1 / (norm[p] + eps);
  }
}

CLONES double gk_unit_distance(const float *x, const float *y, const float *w, float eps, size_t channels,
                               size_t positions, float *scratch) {
  float *norm = scratch, *sx = norm + positions, *sy = sx + positions, *sum = sy + positions;
  unit_scales(x, eps, channels, positions, norm, sx);
  unit_scales(y, eps, channels, positions, norm, sy);
  memset(sum, 0, positions * sizeof(float));
  for (size_t c = 0; c < channels; ++c, x += positions, y += positions)
    for (size_t p = 0; p < positions; ++p) {
      const float d = x[p] * sx[p] - y[p] * sy[p];
      sum[p] += w[c] * d * d;
    }
  return gk_sum(sum, positions) / (double)positions;
}

CLONES void gk_unit_distance_gradient(const float *x, const float *y, const float *w, float eps, double weight,
                                      size_t channels, size_t positions, float *scratch, float *g) {
  float *norm = scratch, *sx = norm + positions, *ny = sx + positions, *sy = ny + positions, *along = sy + positions;
  unit_scales(x, eps, channels, positions, norm, sx);
  unit_scales(y, eps, channels, positions, ny, sy);
  memset(along, 0, positions * sizeof(float));
  const float factor = (float)(2 * weight / (double)positions);
  for (size_t c = 0; c < channels; ++c) {
    const float *a = x + c * positions, *b = y + c * positions;
    float *h = g + c * positions;
    for (size_t p = 0; p < positions; ++p) {
      h[p] = factor * w[c] * (a[p] * sx[p] - b[p] * sy[p]);
      along[p] += h[p] * a[p];
    }
  }
  // d(x s)/dx = s (1 - x x^T s / |x|); nothing where |x| = 0, whose norm has no derivative.
  for (size_t p = 0; p < positions; ++p) {
    along[p] = norm[p] > 0 ? along[p] * sx[p] / norm[p] : 0;
    if (!(norm[p] > 0)) sx[p] = 0;
  }
  for (size_t c = 0; c < channels; ++c) {
    const float *a = x + c * positions;
    float *h = g + c * positions;
    for (size_t p = 0; p < positions; ++p) h[p] = sx[p] * (h[p] - a[p] * along[p]);
  }
}

typedef struct {
  double mean_x, mean_y, variance_x, variance_y, covariance;
} moments;

// Eight partial sums in a fixed order.
static inline __attribute__((always_inline)) moments plane_moments(const float *x, const float *y, size_t n) {
  double a[8] = {0}, b[8] = {0};
  size_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (size_t j = 0; j < 8; ++j) {
      a[j] += x[i + j];
      b[j] += y[i + j];
    }
  for (; i < n; ++i) {
    a[0] += x[i];
    b[0] += y[i];
  }
  moments m = {0, 0, 0, 0, 0};
  for (size_t j = 0; j < 8; ++j) {
    m.mean_x += a[j];
    m.mean_y += b[j];
  }
  m.mean_x /= (double)n;
  m.mean_y /= (double)n;
  double vx[8] = {0}, vy[8] = {0}, cov[8] = {0};
  for (i = 0; i + 8 <= n; i += 8)
    for (size_t j = 0; j < 8; ++j) {
      const double u = x[i + j] - m.mean_x, v = y[i + j] - m.mean_y;
      vx[j] += u * u;
      vy[j] += v * v;
      cov[j] += u * v;
    }
  for (; i < n; ++i) {
    const double u = x[i] - m.mean_x, v = y[i] - m.mean_y;
    vx[0] += u * u;
    vy[0] += v * v;
    cov[0] += u * v;
  }
  for (size_t j = 0; j < 8; ++j) {
    m.variance_x += vx[j];
    m.variance_y += vy[j];
    m.covariance += cov[j];
  }
  m.variance_x /= (double)n;
  m.variance_y /= (double)n;
  m.covariance /= (double)n;
  return m;
}

CLONES double gk_texture_distance(const float *x, const float *y, const float *alpha, const float *beta, double k,
                                  size_t channels, size_t positions) {
  double sum = 0;
  for (size_t c = 0; c < channels; ++c, x += positions, y += positions) {
    const moments m = plane_moments(x, y, positions);
    const double s1 = (2 * m.mean_x * m.mean_y + k) / (m.mean_x * m.mean_x + m.mean_y * m.mean_y + k);
    const double s2 = (2 * m.covariance + k) / (m.variance_x + m.variance_y + k);
    sum += alpha[c] * (1 - s1) + beta[c] * (1 - s2);
  }
  return sum;
}

CLONES void gk_texture_distance_gradient(const float *x, const float *y, const float *alpha, const float *beta,
                                         double k, double weight, size_t channels, size_t positions, float *g) {
  for (size_t c = 0; c < channels; ++c, x += positions, y += positions, g += positions) {
    const moments m = plane_moments(x, y, positions);
    const double under1 = m.mean_x * m.mean_x + m.mean_y * m.mean_y + k, under2 = m.variance_x + m.variance_y + k;
    const double s1 = (2 * m.mean_x * m.mean_y + k) / under1, s2 = (2 * m.covariance + k) / under2;
    const double by_mean = -weight * alpha[c] * 2 * (m.mean_y - s1 * m.mean_x) / under1 / (double)positions;
    const double by_value = -weight * beta[c] * 2 / under2 / (double)positions;
    for (size_t p = 0; p < positions; ++p)
      g[p] = (float)(by_mean + by_value * ((y[p] - m.mean_y) - s2 * (x[p] - m.mean_x)));
  }
}

static const float taps[3] = {0.25f, 0.5f, 0.25f};

CLONES void gk_hann_pool(const float *x, float eps, size_t height, size_t width, float *out) {
  for (size_t r = 0; r < (height + 1) / 2; ++r)
    for (size_t c = 0; c < (width + 1) / 2; ++c) {
      float sum = 0;
      for (size_t i = 0; i < 3; ++i) {
        const size_t row = 2 * r + i;
        if (row < 1 || row > height) continue;
        for (size_t j = 0; j < 3; ++j) {
          const size_t column = 2 * c + j;
          if (column < 1 || column > width) continue;
          const float value = x[(row - 1) * width + column - 1];
          sum += taps[i] * taps[j] * value * value;
        }
      }
      *out++ = sqrtf(sum + eps);
    }
}

CLONES void gk_hann_pool_gradient(const float *x, const float *out, const float *seed, size_t height, size_t width,
                                  float *g) {
  memset(g, 0, height * width * sizeof(float));
  for (size_t r = 0; r < (height + 1) / 2; ++r)
    for (size_t c = 0; c < (width + 1) / 2; ++c) {
      const float scale = *seed++ / *out++;
      for (size_t i = 0; i < 3; ++i) {
        const size_t row = 2 * r + i;
        if (row < 1 || row > height) continue;
        for (size_t j = 0; j < 3; ++j) {
          const size_t column = 2 * c + j;
          if (column < 1 || column > width) continue;
          g[(row - 1) * width + column - 1] += taps[i] * taps[j] * scale * x[(row - 1) * width + column - 1];
        }
      }
    }
}
