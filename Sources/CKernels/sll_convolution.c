#include "CKernels.h"
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif
#pragma clang fp contract(fast)

typedef float v16 __attribute__((vector_size(64), aligned(4)));
typedef int i16 __attribute__((vector_size(64), aligned(4)));
typedef uint8_t b16 __attribute__((vector_size(16), aligned(1)));

enum { LANES = 16, G = GK_SLL_GROUP };

static inline size_t groups(size_t n) { return (n + G - 1) / G; }
// A row with sixteen zeros before it and at least as many behind it.
static inline size_t stride_of(const gk_sll_block *b) { return (b->width + LANES - 1) / LANES * LANES + 2 * LANES; }

size_t gk_sll_scratch(const gk_sll_block *b) {
  return stride_of(b) * (3 * (b->channels + groups(b->inner) * G) + G) + LANES;
}

size_t gk_sll_mask_bytes(const gk_sll_block *b) {
  return b->inner * b->height * ((b->width + LANES - 1) / LANES * LANES);
}

// G output channels of VECTORS * 16 columns: s = sum over three rows, all channels, three taps.
#define TILE(VECTORS)                                                                                    \
  do {                                                                                                   \
    v16 s[G][VECTORS];                                                                                   \
    for (int q = 0; q < G; ++q)                                                                          \
      for (int v = 0; v < VECTORS; ++v) s[q][v] = (v16){0};                                              \
    const float *w = weights;                                                                            \
    for (int r = 0; r < 3; ++r) {                                                                        \
      const float *row = rows[r] + LANES + column;                                                       \
      for (size_t c = 0; c < channels; ++c, row += stride, w += 3 * G)                                   \
        for (int k = 0; k < 3; ++k) {                                                                    \
          v16 x[VECTORS];                                                                                \
          for (int v = 0; v < VECTORS; ++v) x[v] = *(const v16 *)(row + v * LANES + k - 1);              \
          for (int q = 0; q < G; ++q)                                                                    \
            for (int v = 0; v < VECTORS; ++v) s[q][v] += x[v] * w[k * G + q];                            \
        }                                                                                                \
    }                                                                                                    \
    for (int q = 0; q < G; ++q)                                                                          \
      for (int v = 0; v < VECTORS; ++v) *(v16 *)(out + q * out_stride + column + v * LANES) = s[q][v];   \
  } while (0)

// One row of G channels. The tiles change which columns are computed together, not their sums.
static inline __attribute__((always_inline)) void row_of(const float *const rows[3], size_t stride, size_t channels,
                                                         const float *weights, size_t columns, float *out,
                                                         size_t out_stride) {
  size_t column = 0;
  for (; column + 4 * LANES <= columns; column += 4 * LANES) TILE(4);
  for (; column + 2 * LANES <= columns; column += 2 * LANES) TILE(2);
  for (; column < columns; column += LANES) TILE(1);
}

// Both directions: rows go into a ring, inner rows follow one row behind, and the result one more.
static inline __attribute__((always_inline)) void block_of(const gk_sll_block *b, const float *x, float *y,
                                                           uint8_t *mask_out, const uint8_t *mask_in, float *inner,
                                                           float *scratch) {
  const size_t stride = stride_of(b), width = b->width, height = b->height, plane = width * height;
  const size_t columns = stride - 2 * LANES, in_groups = groups(b->inner), out_groups = groups(b->channels);
  const size_t x_row = b->channels * stride, a_row = in_groups * G * stride;
  float *xs = scratch, *as = scratch + 3 * x_row;
  memset(scratch, 0, gk_sll_scratch(b) * sizeof(float));
  float *result = as + 3 * a_row;
  for (size_t step = 0; step < height + 2; ++step) {
    // Row `step` of x enters; behind the last one there are zeros.
    float *entering = xs + step % 3 * x_row;
    for (size_t c = 0; c < b->channels; ++c)
      if (step < height) memcpy(entering + c * stride + LANES, x + c * plane + step * width, width * sizeof(float));
      else memset(entering + c * stride + LANES, 0, width * sizeof(float));
    if (step >= 1) {
      // Inner row z, from rows z - 1 to z + 1 of x.
      const size_t z = step - 1;
      float *active = as + z % 3 * a_row;
      if (z < height) {
        const float *rows[3] = {xs + (z + 2) % 3 * x_row, xs + z % 3 * x_row, xs + (z + 1) % 3 * x_row};
        for (size_t group = 0; group < in_groups; ++group) {
          float *out = active + group * G * stride + LANES;
          row_of(rows, stride, b->channels, b->in_weights + group * 9 * b->channels * G, columns, out, stride);
          for (size_t q = 0; q < G; ++q) {
            const size_t i = group * G + q;
            float *a = out + q * stride;
            if (i >= b->inner) {
              memset(a, 0, columns * sizeof(float));
              continue;
            }
            if (mask_in) {
              const uint8_t *m = mask_in + (i * height + z) * columns;
              if (inner) memcpy(inner + i * plane + z * width, a, width * sizeof(float));
              for (size_t k = 0; k < columns; ++k) a[k] = m[k] ? a[k] * b->t[i] : 0;
            } else {
              for (size_t k = 0; k < columns; ++k) a[k] += b->bias[i];
              if (mask_out) {
                uint8_t *m = mask_out + (i * height + z) * columns;
                for (size_t k = 0; k < columns; ++k) m[k] = a[k] > 0;
              }
              for (size_t k = 0; k < columns; ++k) a[k] = a[k] > 0 ? a[k] * b->t[i] : 0;
              if (inner) memcpy(inner + i * plane + z * width, a, width * sizeof(float));
            }
            // What lies behind the image must stay zero for the taps of the last column.
            memset(a + width, 0, (columns - width) * sizeof(float));
          }
        }
      } else {
        memset(active, 0, a_row * sizeof(float));
      }
    }
    if (step >= 2) {
      // Result row, from inner rows around it.
      const size_t r = step - 2;
      const float *rows[3] = {as + (r + 2) % 3 * a_row, as + r % 3 * a_row, as + (r + 1) % 3 * a_row};
      for (size_t group = 0; group < out_groups; ++group) {
        // The next row comes in short pieces from many planes, which the processor does not foresee.
        if (step + 1 < height)
          for (size_t c = group * G; c < group * G + G && c < b->channels; ++c)
            for (size_t k = 0; k < width; k += LANES) __builtin_prefetch(x + c * plane + (step + 1) * width + k, 0, 2);
        row_of(rows, stride, b->inner, b->out_weights + group * 9 * b->inner * G, columns, result, stride);
        for (size_t q = 0; q < G && group * G + q < b->channels; ++q) {
          const size_t c = group * G + q;
          const float *old = xs + r % 3 * x_row + c * stride + LANES;
          float *target = y + c * plane + r * width;
          for (size_t k = 0; k < width; ++k) target[k] = old[k] + result[q * stride + k];
        }
      }
    }
  }
}

CLONES void gk_sll_forward(const gk_sll_block *b, const float *x, float *y, uint8_t *mask, float *inner,
                           float *scratch) {
  block_of(b, x, y, mask, NULL, inner, scratch);
}

CLONES void gk_sll_gradient(const gk_sll_block *b, const float *g, float *out, const uint8_t *mask, float *inner,
                            float *scratch) {
  block_of(b, g, out, NULL, mask, inner, scratch);
}

// Both operands get zeros around them, so that every tap of every position is a whole vector: five filters times the
// three taps of a row share each load.
CLONES void gk_sll_kernel_gradient(size_t channels, size_t inner, size_t height, size_t width, float factor,
                                   const float *a, const float *x, float *kernel) {
  const size_t columns = (width + LANES - 1) / LANES * LANES, stride = columns + 2 * LANES;
  const size_t filters = groups(inner) * G;
  float *memory = calloc(filters * height * columns + (height + 2) * stride, sizeof(float));
  if (!memory) abort();
  float *as = memory, *xs = memory + filters * height * columns;
  for (size_t row = 0; row < inner * height; ++row)
    memcpy(as + row * columns, a + row * width, width * sizeof(float));
  for (size_t c = 0; c < channels; ++c) {
    for (size_t y = 0; y < height; ++y)
      memcpy(xs + (y + 1) * stride + LANES, x + (c * height + y) * width, width * sizeof(float));
    for (size_t first = 0; first < filters; first += G)
      for (size_t u = 0; u < 3; ++u) {
        v16 s[G][3];
        for (int q = 0; q < G; ++q)
          for (int v = 0; v < 3; ++v) s[q][v] = (v16){0};
        for (size_t y = 0; y < height; ++y) {
          const float *row = xs + (y + u) * stride + LANES;
          const float *own = as + (first * height + y) * columns;
          for (size_t k = 0; k < columns; k += LANES) {
            v16 taps[3];
            for (int v = 0; v < 3; ++v) taps[v] = *(const v16 *)(row + k + v - 1);
            for (int q = 0; q < G; ++q) {
              const v16 p = *(const v16 *)(own + q * height * columns + k);
              for (int v = 0; v < 3; ++v) s[q][v] += p * taps[v];
            }
          }
        }
        for (size_t q = 0; q < G && first + q < inner; ++q)
          for (size_t v = 0; v < 3; ++v) {
            float lanes[LANES], sum = 0;
            *(v16 *)lanes = s[q][v];
            for (int l = 0; l < LANES; ++l) sum += lanes[l];
            kernel[(((first + q) * channels + c) * 3 + u) * 3 + v] += factor * sum;
          }
      }
  }
  free(memory);
}
