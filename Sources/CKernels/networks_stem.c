#include "CKernels.h"
#include <string.h>

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif
#pragma clang fp contract(fast)

typedef float v16 __attribute__((vector_size(64), aligned(4)));
typedef float v8 __attribute__((vector_size(32), aligned(4)));
typedef float v4 __attribute__((vector_size(16), aligned(4)));

// Images with a margin, so that no tap needs a bound; then the taps of a few positions.
static inline size_t paddedWidth(const gk_net_stem *s) {
  return (s->outWidth - 1) * s->strideX + s->kernelWidth + s->width + s->padLeft + 16;
}
static inline size_t paddedHeight(const gk_net_stem *s) {
  const size_t reach = (s->outHeight - 1) * s->strideY + s->kernelHeight;
  const size_t image = s->height + s->padTop;
  return reach > image ? reach : image;
}
#define GROUP 8

size_t gk_net_stem_scratch(const gk_net_stem *s) {
  return s->channels * paddedHeight(s) * paddedWidth(s) + GROUP * s->vectors * 16 + 16;
}

// Or the sums would live in memory.
#define UNROLL _Pragma("clang loop unroll(full)")

// POSITIONS positions times COUNT vectors of taps from FROM: taps = sum over output channels of g * weights.
#define TAPS(POSITIONS, FROM, COUNT)                                                               \
  do {                                                                                             \
    v16 t[POSITIONS][COUNT];                                                                       \
    UNROLL for (size_t p = 0; p < POSITIONS; ++p)                                                  \
      UNROLL for (size_t v = 0; v < COUNT; ++v) t[p][v] = (v16){0};                                \
    const float *w = weights + (FROM) * 16;                                                        \
    for (size_t b = 0; b < s->blocks; ++b) {                                                       \
      const float *gb = g + (b * positions + first) * lanes;                                       \
      for (size_t l = 0; l < lanes; ++l, w += s->vectors * 16)                                     \
        UNROLL for (size_t v = 0; v < COUNT; ++v) {                                                \
          const v16 y = *(const v16 *)(w + v * 16);                                                \
          UNROLL for (size_t p = 0; p < POSITIONS; ++p) t[p][v] += gb[p * lanes + l] * y;          \
        }                                                                                          \
    }                                                                                              \
    UNROLL for (size_t p = 0; p < POSITIONS; ++p)                                                  \
      UNROLL for (size_t v = 0; v < COUNT; ++v)                                                    \
        *(v16 *)(taps + (p * s->vectors + (FROM) + v) * 16) = t[p][v];                             \
  } while (0)

// How positions and vectors are grouped changes which are computed together, not their sums.
#define TAPS_OF(VECTORS, MOST)    \
  case VECTORS:                   \
    if (count >= MOST) {          \
      TAPS(MOST, 0, VECTORS);     \
      return MOST;                \
    }                             \
    TAPS(1, 0, VECTORS);          \
    return 1;

// Half the vectors after the other half: more positions fit beside them, and half the weights fit into the first cache.
#define TAPS_OF_HALVES(HALF, OTHER) \
  case HALF + OTHER:                \
    if (count >= 4) {               \
      TAPS(4, 0, HALF);             \
      TAPS(4, HALF, OTHER);         \
      return 4;                     \
    }                               \
    TAPS(1, 0, HALF);               \
    TAPS(1, HALF, OTHER);           \
    return 1;

CLONES static size_t taps_of(const gk_net_stem *s, const float *g, const float *weights, float *taps, size_t first,
                             size_t count) {
  const size_t positions = s->outHeight * s->outWidth, lanes = s->lanes;
  switch (s->vectors) {
    TAPS_OF(1, 8)
    TAPS_OF(2, 8)
    TAPS_OF(3, 8)
    TAPS_OF(4, 6)
    TAPS_OF(5, 5)
    TAPS_OF(6, 4)
    TAPS_OF_HALVES(4, 3)
    TAPS_OF_HALVES(4, 4)
    TAPS_OF_HALVES(5, 4)
    TAPS_OF_HALVES(5, 5)
    TAPS_OF_HALVES(6, 5)
    TAPS_OF_HALVES(6, 6)
    default: {
      size_t from = 0;
      if (count < 4) {
        for (; from < s->vectors; ++from) TAPS(1, from, 1);
        return 1;
      }
      for (; from + 6 <= s->vectors; from += 6) TAPS(4, from, 6);
      for (; from < s->vectors; ++from) TAPS(4, from, 1);
      return 4;
    }
  }
}

CLONES void gk_net_stem_gradient(const gk_net_stem *s, const float *g, const float *weights, float *out, float *scratch,
                                 size_t images) {
  const size_t positions = s->outHeight * s->outWidth;
  const size_t pw = paddedWidth(s), ph = paddedHeight(s), plane = pw * ph;
  float *taps = scratch + s->channels * plane + 16;
  for (size_t n = 0; n < images; ++n) {
    memset(scratch, 0, (s->channels * plane + 16) * sizeof(float));
    const float *gn = g + n * s->blocks * s->lanes * positions;
    for (size_t first = 0; first < positions;) {
      const size_t done = taps_of(s, gn, weights, taps, first, positions - first);
      for (size_t p = 0; p < done; ++p) {
        const size_t y = (first + p) / s->outWidth * s->strideY, x = (first + p) % s->outWidth * s->strideX;
        const float *t = taps + p * s->vectors * 16;
        for (size_t c = 0; c < s->channels; ++c)
          for (size_t k = 0; k < s->kernelHeight; ++k, t += s->row) {
            float *target = scratch + c * plane + (y + k) * pw + x;
            if (s->row == 16) *(v16 *)target += *(const v16 *)t;
            else if (s->row == 8) *(v8 *)target += *(const v8 *)t;
            else *(v4 *)target += *(const v4 *)t;
          }
      }
      first += done;
    }
    for (size_t c = 0; c < s->channels; ++c)
      for (size_t y = 0; y < s->height; ++y)
        memcpy(out + ((n * s->channels + c) * s->height + y) * s->width,
               scratch + c * plane + (y + s->padTop) * pw + s->padLeft, s->width * sizeof(float));
  }
}
