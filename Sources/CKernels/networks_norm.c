#include "CKernels.h"

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif
#pragma clang fp contract(fast)

// Sums run over 16 accumulators in double precision: lanes of a block, or, in a plain tensor, positions modulo 16.
#define EACH_ELEMENT(WIDTH, COUNT, BODY)                    \
  {                                                         \
    size_t start = 0;                                       \
    for (; start + WIDTH <= (COUNT); start += WIDTH)        \
      for (size_t l = 0; l < WIDTH; ++l) {                  \
        const size_t i = start + l;                         \
        BODY                                                \
      }                                                     \
    for (size_t l = 0; start + l < (COUNT); ++l) {          \
      const size_t i = start + l;                           \
      BODY                                                  \
    }                                                       \
  }

static inline double gathered(const double *t, size_t lane, size_t lanes) {
  double sum = 0;
  for (size_t i = lane; i < 16; i += lanes) sum += t[i];
  return sum;
}

CLONES void gk_net_moments(const float *x, double *mean, double *m2, size_t images, size_t blocks, size_t spatial,
                           size_t lanes) {
  const size_t size = spatial * lanes;
  const double count = (double)(images * spatial);
  for (size_t b = 0; b < blocks; ++b) {
    double t[16] = {0}, u[16] = {0}, center[16] = {0};
    for (size_t n = 0; n < images; ++n) {
      const float *p = x + (n * blocks + b) * size;
      EACH_ELEMENT(16, size, t[l] += p[i];)
    }
    for (size_t l = 0; l < lanes; ++l) mean[b * lanes + l] = images ? gathered(t, l, lanes) / count : 0;
    for (size_t l = 0; l < 16; ++l) center[l] = mean[b * lanes + l % lanes];
    for (size_t n = 0; n < images; ++n) {
      const float *p = x + (n * blocks + b) * size;
      EACH_ELEMENT(16, size, const double d = p[i] - center[l]; u[l] += d * d;)
    }
    for (size_t l = 0; l < lanes; ++l) m2[b * lanes + l] = gathered(u, l, lanes);
  }
}

CLONES void gk_net_norm_sums(const float *g, const float *x, const float *mean, const float *inverse, double *sum,
                             double *dot, size_t images, size_t blocks, size_t spatial, size_t lanes) {
  const size_t size = spatial * lanes;
  for (size_t b = 0; b < blocks; ++b) {
    double t[16] = {0}, u[16] = {0};
    float center[16], width[16];
    for (size_t l = 0; l < 16; ++l) {
      center[l] = mean[b * lanes + l % lanes];
      width[l] = inverse[b * lanes + l % lanes];
    }
    for (size_t n = 0; n < images; ++n) {
      const float *pg = g + (n * blocks + b) * size, *px = x + (n * blocks + b) * size;
      EACH_ELEMENT(16, size, t[l] += pg[i]; u[l] += (double)pg[i] * (double)((px[i] - center[l]) * width[l]);)
    }
    for (size_t l = 0; l < lanes; ++l) {
      sum[b * lanes + l] = gathered(t, l, lanes);
      dot[b * lanes + l] = gathered(u, l, lanes);
    }
  }
}

CLONES void gk_net_norm_gradient(const float *g, const float *x, const float *mean, const float *inverse,
                                 const float *scale, const float *gmean, const float *gdot, float *out, size_t images,
                                 size_t blocks, size_t spatial, size_t lanes) {
  const size_t size = spatial * lanes;
  for (size_t b = 0; b < blocks; ++b) {
    // scale * (g - gmean - (x - mean) * inverse * gdot) = scale * g + slope * (x - mean) + level
    float factor[16], slope[16], level[16], center[16];
    for (size_t l = 0; l < 16; ++l) {
      const size_t c = b * lanes + l % lanes;
      factor[l] = scale[c];
      center[l] = mean[c];
      slope[l] = -scale[c] * inverse[c] * gdot[c];
      level[l] = -scale[c] * gmean[c];
    }
    for (size_t n = 0; n < images; ++n) {
      const size_t offset = (n * blocks + b) * size;
      const float *pg = g + offset, *px = x + offset;
      float *po = out + offset;
      EACH_ELEMENT(16, size, po[i] = factor[l] * pg[i] + (slope[l] * (px[i] - center[l]) + level[l]);)
    }
  }
}
