#include "CKernels.h"
#include <string.h>

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

CLONES void gk_window_average(const gk_windows *w, const float *x, float *scratch, float *out, size_t planes) {
  for (size_t p = 0; p < planes; ++p, x += w->height * w->width)
    for (size_t r = 0; r < w->rows; ++r, out += w->columns) {
      // Rows first, all columns at once.
      memset(scratch, 0, w->width * sizeof(float));
      for (int32_t y = w->row_starts[r]; y < w->row_ends[r]; ++y)
        for (size_t c = 0; c < w->width; ++c) scratch[c] += x[(size_t)y * w->width + c];
      for (size_t c = 0; c < w->columns; ++c) {
        float sum = 0;
        for (int32_t i = w->column_starts[c]; i < w->column_ends[c]; ++i) sum += scratch[i];
        out[c] = sum * (w->factor * w->row_factors[r] * w->column_factors[c]);
      }
    }
}

CLONES void gk_window_average_gradient(const gk_windows *w, const float *g, float *scratch, float *out,
                                       size_t planes) {
  memset(out, 0, planes * w->height * w->width * sizeof(float));
  for (size_t p = 0; p < planes; ++p, out += w->height * w->width)
    for (size_t r = 0; r < w->rows; ++r, g += w->columns) {
      memset(scratch, 0, w->width * sizeof(float));
      for (size_t c = 0; c < w->columns; ++c) {
        const float value = g[c] * (w->factor * w->row_factors[r] * w->column_factors[c]);
        for (int32_t i = w->column_starts[c]; i < w->column_ends[c]; ++i) scratch[i] += value;
      }
      for (int32_t y = w->row_starts[r]; y < w->row_ends[r]; ++y)
        for (size_t c = 0; c < w->width; ++c) out[(size_t)y * w->width + c] += scratch[c];
    }
}
