#include "CKernels.h"
#include <string.h>

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif
#pragma clang fp contract(fast)
#define INLINE static inline __attribute__((always_inline))

// e^x for finite x, to two units in the last place: 2^k times a polynomial on +-ln 2 / 2.
INLINE float exponential(float x) {
  x = x < -87.0f ? -87.0f : x;
  x = x > 88.0f ? 88.0f : x;
  const float shifted = x * 1.44269504f + 12582912.0f;
  const float k = shifted - 12582912.0f;
  const float r = (x - k * 0.693359375f) + k * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  int bits;
  memcpy(&bits, &shifted, sizeof bits);
  bits = (bits - 0x4b400000 + 127) << 23;
  float power;
  memcpy(&power, &bits, sizeof power);
  return p * power;
}

INLINE float logistic(float x) {
  const float e = exponential(x < 0 ? x : -x);
  const float small = e / (1.0f + e);
  return x < 0 ? small : 1.0f - small;
}

// The distribution function of the standard normal (Abramowitz & Stegun 7.1.26, absolute error below 1e-7) and e^(-x^2/2).
INLINE float normal(float x, float *density) {
  const float a = (x < 0 ? -x : x) * 0.70710678f;
  const float t = 1.0f / (1.0f + 0.3275911f * a);
  const float e = exponential(-a * a);
  float p = 1.061405429f;
  p = p * t - 1.453152027f;
  p = p * t + 1.421413741f;
  p = p * t - 0.284496736f;
  p = p * t + 0.254829592f;
  const float tail = 0.5f * p * t * e;
  *density = e;
  return x < 0 ? tail : 1.0f - tail;
}

INLINE float hyperbolic(float x) { return 2.0f * logistic(2.0f * x) - 1.0f; }

CLONES void gk_gelu(int kind, const float *x, float *out, size_t n) {
  float unused;
  if (kind == GK_GELU_EXACT)
    for (size_t i = 0; i < n; ++i) out[i] = x[i] * normal(x[i], &unused);
  else if (kind == GK_GELU_TANH)
    for (size_t i = 0; i < n; ++i) {
      const float v = x[i];
      out[i] = v * logistic(1.59576912f * (v + 0.044715f * v * v * v));
    }
  else
    for (size_t i = 0; i < n; ++i) out[i] = x[i] * logistic(1.702f * x[i]);
}

CLONES void gk_gelu_gradient(int kind, const float *x, const float *g, float *out, size_t n) {
  if (kind == GK_GELU_EXACT)
    for (size_t i = 0; i < n; ++i) {
      float e;
      const float p = normal(x[i], &e);
      out[i] = g[i] * (p + x[i] * 0.39894228f * e);
    }
  else if (kind == GK_GELU_TANH)
    for (size_t i = 0; i < n; ++i) {
      const float v = x[i];
      const float s = logistic(1.59576912f * (v + 0.044715f * v * v * v));
      out[i] = g[i] * (s + v * s * (1.0f - s) * 1.59576912f * (1.0f + 0.134145f * v * v));
    }
  else
    for (size_t i = 0; i < n; ++i) {
      const float s = logistic(1.702f * x[i]);
      out[i] = g[i] * (s + 1.702f * x[i] * s * (1.0f - s));
    }
}

CLONES void gk_sigmoid(const float *x, float *out, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = logistic(x[i]);
}

CLONES void gk_sigmoid_gradient(const float *y, const float *g, float *out, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = g[i] * y[i] * (1.0f - y[i]);
}

// Sixteen partial sums or maxima, lane i holding the terms i modulo 16, then the lanes in order.
#define LANES 16

INLINE float sum_of(const float *restrict a, size_t n) {
  float s[LANES] = {0};
  size_t i = 0;
  for (; i + LANES <= n; i += LANES)
    for (int l = 0; l < LANES; ++l) s[l] += a[i + l];
  float t = 0;
  for (int l = 0; l < LANES; ++l) t += s[l];
  for (; i < n; ++i) t += a[i];
  return t;
}

INLINE float dot_of(const float *restrict a, const float *restrict b, size_t n) {
  float s[LANES] = {0};
  size_t i = 0;
  for (; i + LANES <= n; i += LANES)
    for (int l = 0; l < LANES; ++l) s[l] += a[i + l] * b[i + l];
  float t = 0;
  for (int l = 0; l < LANES; ++l) t += s[l];
  for (; i < n; ++i) t += a[i] * b[i];
  return t;
}

INLINE float max_of(const float *restrict a, size_t n) {
  float s[LANES];
  for (int l = 0; l < LANES; ++l) s[l] = a[0];
  size_t i = 0;
  for (; i + LANES <= n; i += LANES)
    for (int l = 0; l < LANES; ++l) s[l] = a[i + l] > s[l] ? a[i + l] : s[l];
  float t = s[0];
  for (int l = 1; l < LANES; ++l) t = s[l] > t ? s[l] : t;
  for (; i < n; ++i) t = a[i] > t ? a[i] : t;
  return t;
}

CLONES void gk_softmax(const float *x, float scale, float *out, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; ++r) {
    const float *a = x + r * columns;
    float *y = out + r * columns;
    const float top = max_of(a, columns);
    for (size_t i = 0; i < columns; ++i) y[i] = exponential(scale * (a[i] - top));
    const float inverse = 1.0f / sum_of(y, columns);
    for (size_t i = 0; i < columns; ++i) y[i] *= inverse;
  }
}

CLONES void gk_softmax_gradient(const float *y, const float *g, float scale, float *out, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; ++r) {
    const float *p = y + r * columns, *d = g + r * columns;
    float *o = out + r * columns;
    const float mean = dot_of(p, d, columns);
    for (size_t i = 0; i < columns; ++i) o[i] = scale * p[i] * (d[i] - mean);
  }
}

CLONES void gk_layer_norm(const float *x, const float *gamma, const float *beta, float epsilon, float *out,
                          float *stats, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; ++r) {
    const float *a = x + r * columns;
    float *y = out + r * columns;
    const float mean = sum_of(a, columns) / (float)columns;
    for (size_t i = 0; i < columns; ++i) y[i] = a[i] - mean;
    const float inverse = 1.0f / __builtin_sqrtf(dot_of(y, y, columns) / (float)columns + epsilon);
    for (size_t i = 0; i < columns; ++i) y[i] = y[i] * inverse * gamma[i] + beta[i];
    stats[2 * r] = mean;
    stats[2 * r + 1] = inverse;
  }
}

CLONES void gk_layer_norm_gradient(const float *x, const float *stats, const float *gamma, const float *g, float *out,
                                   size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; ++r) {
    const float *a = x + r * columns, *d = g + r * columns;
    float *o = out + r * columns;
    const float mean = stats[2 * r], inverse = stats[2 * r + 1];
    float s[LANES] = {0}, t[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= columns; i += LANES)
      for (int l = 0; l < LANES; ++l) {
        const float h = d[i + l] * gamma[i + l];
        s[l] += h;
        t[l] += h * (a[i + l] - mean);
      }
    float sum = 0, dot = 0;
    for (int l = 0; l < LANES; ++l) {
      sum += s[l];
      dot += t[l];
    }
    for (; i < columns; ++i) {
      sum += d[i] * gamma[i];
      dot += d[i] * gamma[i] * (a[i] - mean);
    }
    sum /= (float)columns;
    dot *= inverse * inverse / (float)columns;
    for (size_t k = 0; k < columns; ++k) o[k] = inverse * (d[k] * gamma[k] - sum - (a[k] - mean) * dot);
  }
}

CLONES void gk_layer_norm_sums(const float *x, const float *stats, const float *g, float *gamma, float *beta,
                               size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; ++r) {
    const float *a = x + r * columns, *d = g + r * columns;
    const float mean = stats[2 * r], inverse = stats[2 * r + 1];
    for (size_t i = 0; i < columns; ++i) {
      gamma[i] += d[i] * (a[i] - mean) * inverse;
      beta[i] += d[i];
    }
  }
}

CLONES void gk_l2_normalize(const float *x, float epsilon, float *out, float *norms, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; ++r) {
    const float *a = x + r * columns;
    const float norm = __builtin_sqrtf(dot_of(a, a, columns));
    const float inverse = 1.0f / (norm > epsilon ? norm : epsilon);
    for (size_t i = 0; i < columns; ++i) out[r * columns + i] = a[i] * inverse;
    norms[r] = norm;
  }
}

CLONES void gk_l2_normalize_gradient(const float *y, const float *norms, float epsilon, const float *g, float *out,
                                     size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; ++r) {
    const float *a = y + r * columns, *d = g + r * columns;
    const int inside = norms[r] <= epsilon;
    const float inverse = 1.0f / (inside ? epsilon : norms[r]);
    const float along = inside ? 0 : dot_of(a, d, columns);
    for (size_t i = 0; i < columns; ++i) out[r * columns + i] = (d[i] - along * a[i]) * inverse;
  }
}

void gk_transpose(const float *x, float *out, size_t images, size_t rows, size_t columns) {
  // By blocks of which both sides stay in the first-level cache.
  const size_t block = 16;
  for (size_t n = 0; n < images; ++n, x += rows * columns, out += rows * columns)
    for (size_t r = 0; r < rows; r += block)
      for (size_t c = 0; c < columns; c += block)
        for (size_t j = c; j < c + block && j < columns; ++j)
          for (size_t i = r; i < r + block && i < rows; ++i) out[j * rows + i] = x[i * columns + j];
}

#define EACH_PATCH_ROW(BODY)                                                                       \
  for (size_t n = 0; n < images; ++n)                                                              \
    for (size_t r = 0; r < height / patch; ++r)                                                    \
      for (size_t s = 0; s < width / patch; ++s, at += channels * patch * patch)                   \
        for (size_t c = 0; c < channels; ++c)                                                      \
          for (size_t y = 0; y < patch; ++y) {                                                     \
            const size_t row = at + (c * patch + y) * patch;                                       \
            const size_t pixel = ((n * channels + c) * height + r * patch + y) * width + s * patch; \
            BODY;                                                                                  \
          }

void gk_patches(const float *x, float *out, size_t images, size_t channels, size_t height, size_t width,
                size_t patch) {
  size_t at = 0;
  EACH_PATCH_ROW(memcpy(out + row, x + pixel, patch * sizeof(float)))
}

void gk_patches_gradient(const float *g, float *out, size_t images, size_t channels, size_t height, size_t width,
                         size_t patch) {
  size_t at = 0;
  memset(out, 0, images * channels * height * width * sizeof(float));
  EACH_PATCH_ROW(memcpy(out + pixel, g + row, patch * sizeof(float)))
}

CLONES void gk_scaled(float s, const float *x, float *out, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = s * x[i];
}

CLONES void gk_shifted(float s, const float *x, float *out, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = s + x[i];
}

CLONES void gk_product(const float *x, const float *y, float *out, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = x[i] * y[i];
}

CLONES void gk_add_product(const float *x, const float *y, float *out, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] += x[i] * y[i];
}
