#ifndef GAUNTLET_POSITIONS_H
#define GAUNTLET_POSITIONS_H
#include <stddef.h>
#include <stdint.h>

// A convolution on images of very few positions: a target position is the sum, over the taps that lie inside the image,
// of a source position's channels times the tap's matrix. Taps in the padding cost nothing.
typedef struct {
  uint32_t source, tap;
} gk_pair;

typedef struct {
  size_t images, sources, targets, source_channels, source_lanes, target_channels, target_lanes;
} gk_positions;

// Floats of scratch, and of packed weights.
size_t gk_positions_scratch(const gk_positions *c);
size_t gk_positions_weights(size_t sources, size_t targets, size_t taps);
// weights [outputs][inputs][taps], rows times `scales` (or null), as the matrices from inputs to outputs, or `turned` as
// those from outputs to inputs. `packed` holds zeros.
void gk_positions_pack(const float *weights, const float *scales, int turned, float *packed, size_t outputs,
                       size_t inputs, size_t taps);
// y [images][blocks][targets][lanes] = the sums over pairs[first[t] ..< first[t + 1]] of x [images][blocks][sources][lanes],
// plus bias (by channel, or null), plus other (like y, or null), rectified. An image's sums depend on nothing else.
void gk_positions_sum(const gk_positions *c, const uint32_t *first, const gk_pair *pairs, const float *x,
                      const float *packed, const float *bias, const float *other, int rectifies, float *y,
                      float *scratch);

#endif
