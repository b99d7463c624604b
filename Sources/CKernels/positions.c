#include "CKernels.h"
#include <math.h>
#include <string.h>

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif
#pragma clang fp contract(fast)

// Or the sums would live in memory.
#define UNROLL _Pragma("clang loop unroll(full)")

typedef float v16 __attribute__((vector_size(64), aligned(4)));

// A tile is a few images times WIDTH target channels, held in registers while all pairs are summed.
enum { WIDTH = 32, MOST = 14 };

static inline size_t blocks_of(size_t channels, size_t width) { return (channels + width - 1) / width; }

size_t gk_positions_scratch(const gk_positions *c) { return c->images * c->sources * c->source_channels + MOST * WIDTH; }

size_t gk_positions_weights(size_t sources, size_t targets, size_t taps) {
  return taps * blocks_of(targets, WIDTH) * sources * WIDTH;
}

// Packed: [tap][block of WIDTH targets][source][WIDTH].
void gk_positions_pack(const float *weights, const float *scales, int turned, float *packed, size_t outputs,
                       size_t inputs, size_t taps) {
  const size_t sources = turned ? outputs : inputs, blocks = blocks_of(turned ? inputs : outputs, WIDTH);
  const size_t panel = sources * WIDTH;
  if (turned) {
    for (size_t o = 0; o < outputs; ++o) {
      const float scale = scales ? scales[o] : 1, *w = weights + o * inputs * taps;
      for (size_t i = 0; i < inputs; ++i)
        for (size_t t = 0; t < taps; ++t)
          packed[(t * blocks + i / WIDTH) * panel + o * WIDTH + i % WIDTH] = w[i * taps + t] * scale;
    }
    return;
  }
  for (size_t b = 0; b < blocks; ++b) {
    const size_t lanes = outputs - b * WIDTH < WIDTH ? outputs - b * WIDTH : WIDTH;
    for (size_t i = 0; i < inputs; ++i)
      for (size_t l = 0; l < lanes; ++l) {
        const size_t o = b * WIDTH + l;
        const float scale = scales ? scales[o] : 1, *w = weights + (o * inputs + i) * taps;
        for (size_t t = 0; t < taps; ++t) packed[(t * blocks + b) * panel + i * WIDTH + l] = w[t] * scale;
      }
  }
}

// x as [source][channel][image]: what a tile reads lies side by side.
static void gather(const gk_positions *c, const float *x, float *out) {
  const size_t lanes = c->source_lanes, blocks = blocks_of(c->source_channels, lanes);
  for (size_t n = 0; n < c->images; ++n)
    for (size_t b = 0; b < blocks; ++b)
      for (size_t q = 0; q < c->sources; ++q) {
        const float *from = x + ((n * blocks + b) * c->sources + q) * lanes;
        const size_t left = c->source_channels - b * lanes, count = left < lanes ? left : lanes;
        float *to = out + (q * c->source_channels + b * lanes) * c->images + n;
        for (size_t l = 0; l < count; ++l) to[l * c->images] = from[l];
      }
}

static inline __attribute__((always_inline)) void tile(size_t rows, const gk_positions *c, const gk_pair *pairs,
                                                       size_t count, const float *x, const float *packed, size_t tap,
                                                       float *out) {
  v16 s[MOST][2];
  UNROLL for (size_t r = 0; r < rows; ++r) s[r][0] = s[r][1] = (v16){0};
  for (size_t i = 0; i < count; ++i) {
    const float *w = packed + pairs[i].tap * tap;
    const float *a = x + pairs[i].source * c->source_channels * c->images;
    for (size_t k = 0; k < c->source_channels; ++k, w += WIDTH, a += c->images) {
      const v16 w0 = *(const v16 *)w, w1 = *(const v16 *)(w + 16);
      UNROLL for (size_t r = 0; r < rows; ++r) {
        s[r][0] += a[r] * w0;
        s[r][1] += a[r] * w1;
      }
    }
  }
  UNROLL for (size_t r = 0; r < rows; ++r) {
    *(v16 *)(out + r * WIDTH) = s[r][0];
    *(v16 *)(out + r * WIDTH + 16) = s[r][1];
  }
}

#define TILE(ROWS)                                      \
  case ROWS:                                            \
    tile(ROWS, c, pairs, count, x, packed, tap, out);   \
    break;

// How images are grouped changes which are summed together, not their sums.
CLONES static void tile_of(size_t rows, const gk_positions *c, const gk_pair *pairs, size_t count, const float *x,
                           const float *packed, size_t tap, float *out) {
  switch (rows) {
    TILE(1) TILE(2) TILE(3) TILE(4) TILE(5) TILE(6) TILE(7) TILE(8) TILE(9) TILE(10) TILE(11) TILE(12) TILE(13)
    TILE(14)
  }
}

// A tile's sums, completed and put where they belong. The padding of the last block is zero.
CLONES static void finish(const gk_positions *c, size_t rows, const float *sums, size_t n, size_t b, size_t t,
                          const float *bias, const float *other, int rectifies, float *y) {
  const size_t lanes = c->target_lanes, blocks = blocks_of(c->target_channels, lanes);
  const float least = rectifies ? 0 : -INFINITY;
  for (size_t r = 0; r < rows; ++r)
    for (size_t v = 0; v < WIDTH && b * WIDTH + v < blocks * lanes; v += lanes) {
      const size_t channel = b * WIDTH + v, left = c->target_channels - channel;
      const size_t at = (((n + r) * blocks + channel / lanes) * c->targets + t) * lanes;
      const float *from = sums + r * WIDTH + v;
      if (lanes == 16 && left >= 16) {
        v16 value = *(const v16 *)from;
        if (bias) value += *(const v16 *)(bias + channel);
        if (other) value += *(const v16 *)(other + at);
        for (size_t l = 0; l < 16; ++l) y[at + l] = value[l] < least ? 0 : value[l];
        continue;
      }
      for (size_t l = 0; l < lanes; ++l) {
        float value = 0;
        if (l < left) value = from[l] + (bias ? bias[channel + l] : 0) + (other ? other[at + l] : 0);
        y[at + l] = value < least ? 0 : value;
      }
    }
}

void gk_positions_sum(const gk_positions *c, const uint32_t *first, const gk_pair *pairs, const float *x,
                      const float *packed, const float *bias, const float *other, int rectifies, float *y,
                      float *scratch) {
  float *const out = scratch, *const columns = scratch + MOST * WIDTH;
  gather(c, x, columns);
  // Registers for 14 images with AVX-512, for 3 without.
  const size_t most = strcmp(gk_instruction_set(), "x86-64-v4") == 0 ? MOST : 3, groups = blocks_of(c->images, most);
  const size_t step = groups ? blocks_of(c->images, groups) : 1;
  const size_t panels = blocks_of(c->target_channels, WIDTH), panel = c->source_channels * WIDTH;
  // A panel's taps stay in the cache while every position and image goes over them.
  for (size_t b = 0; b < panels; ++b)
    for (size_t t = 0; t < c->targets; ++t)
      for (size_t n = 0; n < c->images; n += step) {
        const size_t rows = c->images - n < step ? c->images - n : step;
        tile_of(rows, c, pairs + first[t], first[t + 1] - first[t], columns + n, packed + b * panel, panels * panel,
                out);
        finish(c, rows, out, n, b, t, bias, other, rectifies, y);
      }
}
