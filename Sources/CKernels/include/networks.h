#ifndef GAUNTLET_CKERNELS_NETWORKS_H
#define GAUNTLET_CKERNELS_NETWORKS_H
#include <stddef.h>

// Passes over the activations of one chunk of images, for `Networks`. A blocked tensor is
// [images][blocks][spatial][lanes]: channel c of an image lies in block c / lanes, lane c % lanes. lanes is 16, 8, or 1
// (which is plain NCHW). Lanes beyond the last channel hold zero and stay zero if their coefficients are zero.
// Arrays by channel (scale, shift, mean …) have blocks * lanes entries. Every sum has one fixed order.

// out = x if x > 0, else 0
void gk_net_relu(const float *x, float *out, size_t n);
// out = a + b, times (mask > 0) where mask is given; b may be NULL; out may be a or b
void gk_net_sum_mask(const float *a, const float *b, const float *mask, float *out, size_t n);
// y = x * scale + shift (+ other), clipped below at 0 if relu; other and shift may be NULL
void gk_net_scale_shift(const float *x, const float *scale, const float *shift, const float *other, int relu, float *y,
                        size_t images, size_t blocks, size_t spatial, size_t lanes);

// Batch norm. mean[c] and the sum of squared deviations m2[c] of the images; zeros if there are none.
void gk_net_moments(const float *x, double *mean, double *m2, size_t images, size_t blocks, size_t spatial,
                    size_t lanes);
// sum[c] = sum of g; dot[c] = sum of g * (x - mean) * inverse
void gk_net_norm_sums(const float *g, const float *x, const float *mean, const float *inverse, double *sum, double *dot,
                      size_t images, size_t blocks, size_t spatial, size_t lanes);
// out = scale * (g - gmean - (x - mean) * inverse * gdot)
void gk_net_norm_gradient(const float *g, const float *x, const float *mean, const float *inverse, const float *scale,
                          const float *gmean, const float *gdot, float *out, size_t images, size_t blocks,
                          size_t spatial, size_t lanes);

// Mean over positions: blocked x to [images][channels]; and its gradient, g / spatial at every position.
void gk_net_global_average(const float *x, float *y, size_t images, size_t channels, size_t spatial, size_t lanes);
void gk_net_global_average_gradient(const float *g, float *out, size_t images, size_t channels, size_t spatial,
                                    size_t lanes);

// The gradient of a convolution with few input channels with respect to its images (plain NCHW).
// g is [images][blocks][outHeight * outWidth][lanes]. weights is [blocks * lanes][vectors * 16]: for each output channel
// the taps (input channel, row, column), a row padded to `row` (4 or 8) columns, all padded to whole vectors.
// scratch holds gk_net_stem_scratch floats.
typedef struct {
  size_t channels, height, width, kernelHeight, kernelWidth, strideY, strideX, padTop, padLeft, outHeight, outWidth;
  size_t blocks, lanes, row, vectors;
} gk_net_stem;
size_t gk_net_stem_scratch(const gk_net_stem *s);
void gk_net_stem_gradient(const gk_net_stem *s, const float *g, const float *weights, float *out, float *scratch,
                          size_t images);

// out[r][i] = w[r][i] * scales[r]
void gk_net_scale_rows(const float *w, const float *scales, float *out, size_t rows, size_t row);
// out[i][o][taps - 1 - t] = w[o][i][t] * scales[o]; scales may be NULL
void gk_net_turn(const float *w, const float *scales, float *out, size_t outputs, size_t inputs, size_t taps);

// One step of an optimiser over n scalars; PyTorch's formulas in its order of operations.
void gk_net_sgd(float *p, const float *g, float *momentum, size_t n, float rate, float decay, float mu, int nesterov,
                int first);
// step = rate / (1 - beta1^t); rootCorrection = sqrt(1 - beta2^t); shrink multiplies p first (AdamW), decay adds to g.
void gk_net_adam(float *p, const float *g, float *m, float *v, size_t n, float step, float beta1, float beta2,
                 float rootCorrection, float epsilon, float decay, float shrink);

#endif
