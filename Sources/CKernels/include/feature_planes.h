#ifndef GAUNTLET_FEATURE_PLANES_H
#define GAUNTLET_FEATURE_PLANES_H
#include <stddef.h>

// Distances of two stacks of feature planes, [channels][positions] each, one image at a time. Scalars are floats, sums
// over a plane run in a fixed order.

// LPIPS: sum over positions and channels of w[c] (x/(|x| + eps) - y/(|y| + eps))^2 / positions, where |x| is the norm
// over the channels of one position. scratch holds 5 * positions floats.
double gk_unit_distance(const float *x, const float *y, const float *w, float eps, size_t channels, size_t positions,
                        float *scratch);
// g = weight * derivative by x; 0 at positions where all channels of x are 0.
void gk_unit_distance_gradient(const float *x, const float *y, const float *w, float eps, double weight,
                               size_t channels, size_t positions, float *scratch, float *g);

// DISTS: sum over channels of alpha[c] (1 - S1) + beta[c] (1 - S2) with
// S1 = (2 mx my + k) / (mx^2 + my^2 + k) and S2 = (2 cov + k) / (vx + vy + k).
double gk_texture_distance(const float *x, const float *y, const float *alpha, const float *beta, double k,
                           size_t channels, size_t positions);
// g = weight * derivative by x.
void gk_texture_distance_gradient(const float *x, const float *y, const float *alpha, const float *beta, double k,
                                  double weight, size_t channels, size_t positions, float *g);

// sqrt(eps + sum of x^2 under the window [1 2 1; 2 4 2; 1 2 1] / 16) with stride 2, zeros around the plane:
// [height][width] -> [(height + 1) / 2][(width + 1) / 2].
void gk_hann_pool(const float *x, float eps, size_t height, size_t width, float *out);
// g = derivative by x of the sum of seed * out.
void gk_hann_pool_gradient(const float *x, const float *out, const float *seed, size_t height, size_t width,
                           float *g);

#endif
