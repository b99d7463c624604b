#ifndef GAUNTLET_CKERNELS_SPECTRAL_H
#define GAUNTLET_CKERNELS_SPECTRAL_H
#include <stddef.h>

// c[n][n] = a[n][k] times its own transpose, in double precision and exactly symmetric.
void gk_gram(const double *a, double *c, size_t n, size_t k);

#endif
