#ifndef GAUNTLET_PIXELS_H
#define GAUNTLET_PIXELS_H
#include <stddef.h>

// Steps and projections of attacks, pixel by pixel.

// 1 if every value is finite.
int gk_all_finite(const float *x, size_t n);
// 1 if every pair is equal; what is not a number equals nothing.
int gk_all_equal(const float *x, const float *y, size_t n);
// x -= size * sign(g), sign(0) = 0.
void gk_linf_step(float *x, const float *g, float size, size_t n);
// out = image clamped to [clean - epsilon, clean + epsilon] and to [0, 1], in double precision and rounded towards the
// clean pixel; an image pixel inside keeps its bits, one that is not a number becomes the clean one.
void gk_linf_project(const float *image, const float *clean, double epsilon, float *out, size_t n);

#endif
