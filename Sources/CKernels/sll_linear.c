#include "CKernels.h"
#include <string.h>

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif
#pragma clang fp contract(fast)

typedef float v16 __attribute__((vector_size(64), aligned(4)));
enum { LANES = 16, ROWS = 4 };

static inline __attribute__((always_inline)) float fold(const v16 *s) {
  float lanes[LANES];
  *(v16 *)lanes = *s;
  for (int w = 8; w > 0; w /= 2)
    for (int i = 0; i < w; ++i) lanes[i] += lanes[i + w];
  return lanes[0];
}

// The dot products of `rows` rows of W with one image; ROWS rows at once read the image once.
static inline __attribute__((always_inline)) void dots(const float *w, size_t features, size_t rows, const float *x,
                                                       float *out) {
  v16 s[ROWS];
  for (int r = 0; r < ROWS; ++r) s[r] = (v16){0};
  size_t k = 0;
  if (rows == ROWS) {
    for (; k + LANES <= features; k += LANES) {
      const v16 v = *(const v16 *)(x + k);
      for (int r = 0; r < ROWS; ++r) s[r] += *(const v16 *)(w + r * features + k) * v;
    }
  } else {
    for (; k + LANES <= features; k += LANES) {
      const v16 v = *(const v16 *)(x + k);
      for (size_t r = 0; r < rows; ++r) s[r] += *(const v16 *)(w + r * features + k) * v;
    }
  }
  for (size_t r = 0; r < rows; ++r) {
    float t = fold(&s[r]);
    for (size_t z = k; z < features; ++z) t += w[r * features + z] * x[z];
    out[r] = t;
  }
}

// y += sum over rows of c[r] w[r], in the order of the rows.
static inline __attribute__((always_inline)) void add(const float *w, size_t features, size_t rows, const float *c,
                                                      float *y) {
  size_t k = 0;
  if (rows == ROWS) {
    for (; k + LANES <= features; k += LANES) {
      v16 v = *(v16 *)(y + k);
      for (int r = 0; r < ROWS; ++r) v += c[r] * *(const v16 *)(w + r * features + k);
      *(v16 *)(y + k) = v;
    }
  }
  for (; k < features; ++k) {
    float v = y[k];
    for (size_t r = 0; r < rows; ++r) v += c[r] * w[r * features + k];
    y[k] = v;
  }
}

// A few rows of W at a time: read once from memory, used for both products of every image while they are in the cache.
CLONES void gk_sll_linear(const float *weights, const float *bias, const float *t, size_t inner, size_t features,
                          const float *x, float *y, float *active, size_t images) {
  memcpy(y, x, images * features * sizeof(float));
  for (size_t i = 0; i < inner; i += ROWS) {
    const size_t rows = inner - i < ROWS ? inner - i : ROWS;
    const float *w = weights + i * features;
    for (size_t n = 0; n < images; ++n) {
      float z[ROWS], c[ROWS];
      dots(w, features, rows, x + n * features, z);
      for (size_t r = 0; r < rows; ++r) {
        const float v = z[r] + bias[i + r];
        const float a = v > 0 ? v * t[i + r] : 0;
        active[n * inner + i + r] = a;
        c[r] = -2.0f * a;
      }
      add(w, features, rows, c, y + n * features);
    }
  }
}

CLONES void gk_sll_linear_gradient(const float *weights, const float *t, size_t inner, size_t features,
                                   const float *active, const float *g, float *out, float *seen, size_t images) {
  memcpy(out, g, images * features * sizeof(float));
  for (size_t i = 0; i < inner; i += ROWS) {
    const size_t rows = inner - i < ROWS ? inner - i : ROWS;
    const float *w = weights + i * features;
    for (size_t n = 0; n < images; ++n) {
      float z[ROWS], c[ROWS];
      dots(w, features, rows, g + n * features, z);
      for (size_t r = 0; r < rows; ++r) {
        if (seen) seen[n * inner + i + r] = z[r];
        c[r] = active[n * inner + i + r] > 0 ? -2.0f * t[i + r] * z[r] : 0;
      }
      add(w, features, rows, c, out + n * features);
    }
  }
}
