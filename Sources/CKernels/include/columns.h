#ifndef GAUNTLET_COLUMNS_H
#define GAUNTLET_COLUMNS_H
#include <stddef.h>

// The windows of a convolution on images of very few positions, laid out as rows: what the gradient of its weights is
// a product of.
typedef struct {
  size_t images, channels, lanes, height, width;
  size_t kernel_height, kernel_width, stride_y, stride_x, pad_top, pad_left, dilation_y, dilation_x;
  size_t out_height, out_width;
} gk_columns;

// x [images][blocks][height * width][lanes] to rows [image, position][channel, tap]; zeros outside of the image.
void gk_columns_gather(const gk_columns *c, const float *x, float *rows);
// blocks [image][block][position][lanes] to rows [image, position][channel].
void gk_blocks_to_rows(const float *blocks, float *rows, size_t images, size_t channels, size_t positions,
                       size_t lanes);

#endif
