#ifndef GAUNTLET_RANKING_H
#define GAUNTLET_RANKING_H
#include <stddef.h>
#include <stdint.h>

// Distances and their gradients over galleries. The rules of CKernels.h hold: an output row depends on its own input row
// and on the other matrix, in an order fixed by the extents alone.

// d[m][n] = sqrt(sum over k of (a[m][k] - b[n][k])^2), from the differences themselves: no cancellation near zero, and
// the same bits with a and b exchanged.
void gk_distance_nt(const float *a, const float *b, float *d, size_t m, size_t n, size_t k);
// g[m][k] = sum over n of w[m][n] / d[m][n] * (a[m][k] - b[n][k]); terms with d = 0 or w = 0 are left out.
void gk_distance_pullback(
    const float *w, const float *d, const float *a, const float *b, float *g, size_t m, size_t n, size_t k);
// The number of entries of a row that are smaller than x.
size_t gk_count_below(const float *row, size_t n, float x);
// counts[m] += the entries of a row, whose indices are first ..< first + n, that come before (distances[m], indices[m]) in
// the order of distance, then index. Entries that are not a number come before nothing.
void gk_count_before(const float *row, size_t n, size_t first, const float *distances, const intptr_t *indices,
                     uint32_t *counts, size_t members);
// The place of the first smallest entry of a row; n where no entry is a number below infinity.
size_t gk_first_smallest(const float *row, size_t n);
// Sum over n of max(0, sign * (x - row[n])), in double precision; active entries are counted in *active.
double gk_hinge_sum(const float *row, size_t n, float x, float sign, size_t *active);
// row[n] += value where sign * (x - d[n]) > 0; returns how many those are.
size_t gk_hinge_pullback(const float *d, float *row, size_t n, float x, float sign, float value);

#endif
