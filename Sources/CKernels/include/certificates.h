#ifndef GAUNTLET_CERTIFICATES_H
#define GAUNTLET_CERTIFICATES_H
#include <stddef.h>

// For every row x of rows[n][k]: products[i] = <u, c - x> and squares[i] = |c - x|^2 over the first `moving` coordinates,
// in double precision, in one fixed order.
void gk_bisectors(
  const double *u, const float *c, const float *rows, size_t n, size_t k, size_t moving, double *products,
  double *squares);

#endif
