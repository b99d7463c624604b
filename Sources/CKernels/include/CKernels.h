#ifndef GAUNTLET_CKERNELS_H
#define GAUNTLET_CKERNELS_H
#include <stddef.h>
#include <stdint.h>
#include "certificates.h"
#include "columns.h"
#include "feature_planes.h"
#include "networks.h"
#include "pixels.h"
#include "pooling.h"
#include "positions.h"
#include "processor.h"
#include "ranking.h"
#include "sll.h"
#include "spectral.h"
#include "tokens.h"
#include "windows.h"

// Every output element is summed in one fixed order that depends on the inner dimension alone: not on the position of
// its row, not on how many rows there are, not on threads. Pointers need no alignment. All matrices are row-major.

// c[m][n] = sum over k of a[m][k] * b[n][k]
void gk_matmul_nt(const float *a, const float *b, float *c, size_t m, size_t n, size_t k);
// c[m][n] = sum over k of a[m][k] * b[k][n]
void gk_matmul_nn(const float *a, const float *b, float *c, size_t m, size_t n, size_t k);
// c[m][n] = sum over k of a[k][m] * b[k][n]
void gk_matmul_tn(const float *a, const float *b, float *c, size_t m, size_t n, size_t k);
// Sums of a row, in double precision.
double gk_sum(const float *a, size_t n);
double gk_dot(const float *a, const float *b, size_t n);
double gk_squared_distance(const float *a, const float *b, size_t n);
// y += s * x
void gk_axpy(float s, const float *x, float *y, size_t n);

#endif
