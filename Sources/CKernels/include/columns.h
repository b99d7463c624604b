#ifndef GAUNTLET_COLUMNS_H
#define GAUNTLET_COLUMNS_H
#include <stddef.h>

// A convolution on images of very few positions is a product of matrices: its windows laid out as rows.
typedef struct {
  size_t images, channels, lanes, height, width;
  size_t kernel_height, kernel_width, stride_y, stride_x, pad_top, pad_left, dilation_y, dilation_x;
  size_t out_height, out_width;
} gk_columns;

// x [images][blocks][height * width][lanes] to rows [image, position][channel, tap]; zeros outside of the image.
void gk_columns_gather(const gk_columns *c, const float *x, float *rows);
// The adjoint: sums rows into out, which is overwritten.
void gk_columns_scatter(const gk_columns *c, const float *rows, float *out);
// rows [image, position][channel] to blocks [image][block][position][lanes], plus `other` (blocks, or null), rectified.
void gk_rows_to_blocks(const float *rows, const float *other, int rectifies, float *blocks, size_t images,
                       size_t channels, size_t positions, size_t lanes);
void gk_blocks_to_rows(const float *blocks, float *rows, size_t images, size_t channels, size_t positions,
                       size_t lanes);

#endif
