#ifndef GAUNTLET_SLL_H
#define GAUNTLET_SLL_H
#include <stddef.h>
#include <stdint.h>

// The 1-Lipschitz residual blocks of Araujo et al. 2023, in one pass over memory.

// Channels are handled in groups of this many: weights come padded with zeros to whole groups.
enum { GK_SLL_GROUP = 5 };

// A 3x3 block on one image [channels][height][width].
typedef struct {
  size_t channels, inner, height, width;
  // K as [inner groups][3][channels][3][group], and -2 K transposed and turned around as [channel groups][3][inner][3][group].
  const float *in_weights, *out_weights;
  // [inner groups * group]; no bias in the gradient.
  const float *bias, *t;
} gk_sll_block;

// Floats of scratch that one call needs.
size_t gk_sll_scratch(const gk_sll_block *b);
// Bytes of the mask of one image: which inner values are positive.
size_t gk_sll_mask_bytes(const gk_sll_block *b);

// y = x - 2 Kt(t relu(K x + b)); y may be x. `mask` and `inner` (t relu(...), [inner][height][width]) may be null.
void gk_sll_forward(const gk_sll_block *b, const float *x, float *y, uint8_t *mask, float *inner, float *scratch);
// out = g - 2 Kt(mask t (K g)); out may be g. `inner` gets K g and may be null.
void gk_sll_gradient(const gk_sll_block *b, const float *g, float *out, const uint8_t *mask, float *inner,
                     float *scratch);
// kernel[inner][channels][3][3] += factor * sum over positions of a[inner] x[channels] displaced by the taps.
void gk_sll_kernel_gradient(size_t channels, size_t inner, size_t height, size_t width, float factor, const float *a,
                            const float *x, float *kernel);

// y = x - 2 Wt(t relu(W x + b)) for images [n][features], W [inner][features]; `active` [n][inner] gets t relu(...).
void gk_sll_linear(const float *weights, const float *bias, const float *t, size_t inner, size_t features,
                   const float *x, float *y, float *active, size_t images);
// out = g - 2 Wt(t 1[active > 0] (W g)); `seen` [n][inner] gets W g and may be null.
void gk_sll_linear_gradient(const float *weights, const float *t, size_t inner, size_t features, const float *active,
                            const float *g, float *out, float *seen, size_t images);

#endif
