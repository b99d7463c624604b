#include "CKernels.h"

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif
#pragma clang fp contract(fast)

CLONES void gk_net_relu(const float *x, float *out, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = x[i] > 0 ? x[i] : 0;
}

CLONES void gk_net_sum_mask(const float *a, const float *b, const float *mask, float *out, size_t n) {
  if (b && mask) {
    for (size_t i = 0; i < n; ++i) {
      const float s = a[i] + b[i];
      out[i] = mask[i] > 0 ? s : 0;
    }
  } else if (b) {
    for (size_t i = 0; i < n; ++i) out[i] = a[i] + b[i];
  } else if (mask) {
    for (size_t i = 0; i < n; ++i) {
      const float s = a[i];
      out[i] = mask[i] > 0 ? s : 0;
    }
  } else {
    for (size_t i = 0; i < n; ++i) out[i] = a[i];
  }
}

// The loop over one block, for a constant number of lanes, so that the compiler sees whole vectors.
#define SCALE_SHIFT(LANES, EXPRESSION)                                                  \
  for (size_t s = 0; s < spatial; ++s)                                                  \
    for (size_t l = 0; l < LANES; ++l) {                                                \
      const size_t i = s * LANES + l;                                                   \
      (void)i;                                                                          \
      float v = EXPRESSION;                                                             \
      py[i] = relu ? (v > 0 ? v : 0) : v;                                               \
    }

#define SCALE_SHIFT_LANES(LANES)                                                        \
  do {                                                                                  \
    float a[LANES], c[LANES];                                                           \
    for (size_t l = 0; l < LANES; ++l) {                                                \
      a[l] = scale[b * LANES + l];                                                      \
      c[l] = shift ? shift[b * LANES + l] : 0;                                          \
    }                                                                                   \
    if (other) {                                                                        \
      const float *po = other + offset;                                                 \
      SCALE_SHIFT(LANES, px[i] * a[l] + c[l] + po[i])                                   \
    } else {                                                                            \
      SCALE_SHIFT(LANES, px[i] * a[l] + c[l])                                           \
    }                                                                                   \
  } while (0)

CLONES void gk_net_scale_shift(const float *x, const float *scale, const float *shift, const float *other, int relu,
                               float *y, size_t images, size_t blocks, size_t spatial, size_t lanes) {
  for (size_t n = 0; n < images; ++n)
    for (size_t b = 0; b < blocks; ++b) {
      const size_t offset = (n * blocks + b) * spatial * lanes;
      const float *px = x + offset;
      float *py = y + offset;
      if (lanes == 16) SCALE_SHIFT_LANES(16);
      else if (lanes == 8) SCALE_SHIFT_LANES(8);
      else SCALE_SHIFT_LANES(1);
    }
}

CLONES void gk_net_global_average(const float *x, float *y, size_t images, size_t channels, size_t spatial,
                                  size_t lanes) {
  const size_t blocks = (channels + lanes - 1) / lanes;
  for (size_t n = 0; n < images; ++n)
    for (size_t b = 0; b < blocks; ++b) {
      const float *px = x + (n * blocks + b) * spatial * lanes;
      for (size_t l = 0; l < lanes && b * lanes + l < channels; ++l) {
        double sum = 0;
        for (size_t s = 0; s < spatial; ++s) sum += px[s * lanes + l];
        y[n * channels + b * lanes + l] = (float)(sum / (double)spatial);
      }
    }
}

CLONES void gk_net_global_average_gradient(const float *g, float *out, size_t images, size_t channels, size_t spatial,
                                           size_t lanes) {
  const size_t blocks = (channels + lanes - 1) / lanes;
  const float share = 1.0f / (float)spatial;
  for (size_t n = 0; n < images; ++n)
    for (size_t b = 0; b < blocks; ++b) {
      float *po = out + (n * blocks + b) * spatial * lanes;
      for (size_t s = 0; s < spatial; ++s)
        for (size_t l = 0; l < lanes; ++l) {
          const size_t c = b * lanes + l;
          po[s * lanes + l] = c < channels ? g[n * channels + c] * share : 0;
        }
    }
}

CLONES void gk_net_scale_rows(const float *w, const float *scales, float *out, size_t rows, size_t row) {
  for (size_t r = 0; r < rows; ++r) {
    const float scale = scales[r];
    for (size_t i = 0; i < row; ++i) out[r * row + i] = w[r * row + i] * scale;
  }
}

CLONES void gk_net_turn(const float *w, const float *scales, float *out, size_t outputs, size_t inputs, size_t taps) {
  // Squares of channels, so that both sides stay in the cache.
  const size_t side = 16;
  for (size_t first = 0; first < outputs; first += side)
    for (size_t start = 0; start < inputs; start += side)
      for (size_t i = start; i < inputs && i < start + side; ++i)
        for (size_t o = first; o < outputs && o < first + side; ++o) {
          const float *from = w + (o * inputs + i) * taps;
          float *to = out + (i * outputs + o) * taps;
          const float scale = scales ? scales[o] : 1;
          for (size_t t = 0; t < taps; ++t) to[taps - 1 - t] = from[t] * scale;
        }
}
