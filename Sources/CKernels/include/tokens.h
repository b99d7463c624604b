#ifndef GAUNTLET_TOKENS_H
#define GAUNTLET_TOKENS_H
#include <stddef.h>

// Functions of rows and of single values, for networks on tokens. Each row's sums are made in one fixed order.
enum { GK_GELU_EXACT = 0, GK_GELU_TANH = 1, GK_GELU_QUICK = 2 };

void gk_gelu(int kind, const float *x, float *out, size_t n);
// out = g * gelu'(x)
void gk_gelu_gradient(int kind, const float *x, const float *g, float *out, size_t n);
void gk_sigmoid(const float *x, float *out, size_t n);
// out = g * y * (1 - y), y the sigmoid
void gk_sigmoid_gradient(const float *y, const float *g, float *out, size_t n);
// out = softmax(scale * x) by row
void gk_softmax(const float *x, float scale, float *out, size_t rows, size_t columns);
// out = scale * y * (g - sum of g y) by row, y the softmax
void gk_softmax_gradient(const float *y, const float *g, float scale, float *out, size_t rows, size_t columns);
// out = gamma (x - mean) / sqrt(variance + epsilon) + beta by row; stats[2 r] = mean, stats[2 r + 1] = 1 / sqrt(...)
void gk_layer_norm(const float *x, const float *gamma, const float *beta, float epsilon, float *out, float *stats,
                   size_t rows, size_t columns);
void gk_layer_norm_gradient(const float *x, const float *stats, const float *gamma, const float *g, float *out,
                            size_t rows, size_t columns);
// gamma += sum over rows of g (x - mean) / sqrt(...), beta += sum over rows of g
void gk_layer_norm_sums(const float *x, const float *stats, const float *g, float *gamma, float *beta, size_t rows,
                        size_t columns);
// out = x / max(|x|, epsilon) by row, norms[r] = |x|
void gk_l2_normalize(const float *x, float epsilon, float *out, float *norms, size_t rows, size_t columns);
void gk_l2_normalize_gradient(const float *y, const float *norms, float epsilon, const float *g, float *out,
                              size_t rows, size_t columns);
// out = s * x
void gk_scaled(float s, const float *x, float *out, size_t n);
// out = s + x
void gk_shifted(float s, const float *x, float *out, size_t n);
// out[image][patch row, patch column][channel, row, column] from x[image][channel][height][width]; the rest at the lower
// and right edges is left out, and gets no gradient.
void gk_patches(const float *x, float *out, size_t images, size_t channels, size_t height, size_t width, size_t patch);
void gk_patches_gradient(const float *g, float *out, size_t images, size_t channels, size_t height, size_t width,
                         size_t patch);
// out[i] = x[i] * y[i]
void gk_product(const float *x, const float *y, float *out, size_t n);
// out[image][column][row] = x[image][row][column]
void gk_transpose(const float *x, float *out, size_t images, size_t rows, size_t columns);
// out[i] += x[i] * y[i]
void gk_add_product(const float *x, const float *y, float *out, size_t n);

#endif
