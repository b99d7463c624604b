#include "CKernels.h"
#include <math.h>

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif
#pragma clang fp contract(fast)

CLONES void gk_net_sgd(float *p, const float *g, float *momentum, size_t n, float rate, float decay, float mu,
                       int nesterov, int first) {
  if (mu == 0) {
    for (size_t i = 0; i < n; ++i) p[i] -= rate * (g[i] + decay * p[i]);
    return;
  }
  for (size_t i = 0; i < n; ++i) {
    const float d = g[i] + decay * p[i];
    const float m = first ? d : mu * momentum[i] + d;
    momentum[i] = m;
    p[i] -= rate * (nesterov ? d + mu * m : m);
  }
}

CLONES void gk_net_adam(float *p, const float *g, float *m, float *v, size_t n, float step, float beta1, float beta2,
                        float rootCorrection, float epsilon, float decay, float shrink) {
  for (size_t i = 0; i < n; ++i) {
    const float start = p[i] * shrink;
    const float d = g[i] + decay * start;
    m[i] += (1 - beta1) * (d - m[i]);
    v[i] = beta2 * v[i] + (1 - beta2) * d * d;
    p[i] = start - step * m[i] / (__builtin_sqrtf(v[i]) / rootCorrection + epsilon);
  }
}
