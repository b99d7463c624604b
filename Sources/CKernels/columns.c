#include "CKernels.h"
#include <string.h>

// Calls BODY for every tap that lies inside the image, with `row` its place among a row's scalars for channel 0 and
// `pixel` its place in the image.
#define EACH_TAP(BODY)                                                                                     \
  for (size_t oy = 0; oy < c->out_height; ++oy)                                                            \
    for (size_t ox = 0; ox < c->out_width; ++ox, at += c->channels * taps)                                 \
      for (size_t ky = 0; ky < c->kernel_height; ++ky) {                                                   \
        const size_t y = oy * c->stride_y + ky * c->dilation_y - c->pad_top;                               \
        if (y >= c->height) continue;                                                                      \
        for (size_t kx = 0; kx < c->kernel_width; ++kx) {                                                  \
          const size_t x_ = ox * c->stride_x + kx * c->dilation_x - c->pad_left;                           \
          if (x_ >= c->width) continue;                                                                    \
          const size_t row = at + ky * c->kernel_width + kx, pixel = y * c->width + x_;                    \
          for (size_t b = 0, ch = 0; ch < c->channels; ++b)                                                \
            for (size_t l = 0; l < c->lanes && ch < c->channels; ++l, ++ch) {                              \
              BODY;                                                                                        \
            }                                                                                              \
        }                                                                                                  \
      }

void gk_columns_gather(const gk_columns *c, const float *x, float *rows) {
  const size_t taps = c->kernel_height * c->kernel_width, positions = c->height * c->width;
  const size_t blocks = (c->channels + c->lanes - 1) / c->lanes;
  memset(rows, 0, c->images * c->out_height * c->out_width * c->channels * taps * sizeof(float));
  size_t at = 0;
  for (size_t n = 0; n < c->images; ++n) {
    const float *image = x + n * blocks * positions * c->lanes;
    EACH_TAP(rows[row + ch * taps] = image[(b * positions + pixel) * c->lanes + l])
  }
}

void gk_blocks_to_rows(const float *blocks, float *rows, size_t images, size_t channels, size_t positions,
                       size_t lanes) {
  const size_t count = (channels + lanes - 1) / lanes;
  for (size_t n = 0; n < images; ++n)
    for (size_t p = 0; p < positions; ++p)
      for (size_t channel = 0; channel < channels; ++channel)
        rows[(n * positions + p) * channels + channel] =
            blocks[((n * count + channel / lanes) * positions + p) * lanes + channel % lanes];
}
