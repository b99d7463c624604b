#ifndef GAUNTLET_POOLING_H
#define GAUNTLET_POOLING_H
#include <stddef.h>
#include <stdint.h>

// Windows of a plane, axis by axis: [start, end) and a factor each; `factor` multiplies them all.
typedef struct {
  size_t height, width, rows, columns;
  const int32_t *row_starts, *row_ends;
  const float *row_factors;
  const int32_t *column_starts, *column_ends;
  const float *column_factors;
  float factor;
} gk_windows;

// out[plane][rows][columns] = factor * row factor * column factor * sum over the window; scratch holds one row.
void gk_window_average(const gk_windows *w, const float *x, float *scratch, float *out, size_t planes);
// The adjoint: g[plane][rows][columns] to out[plane][height][width].
void gk_window_average_gradient(const gk_windows *w, const float *g, float *scratch, float *out, size_t planes);

#endif
