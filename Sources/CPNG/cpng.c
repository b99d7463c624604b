#include "CPNG.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

// MARK: Errors

typedef struct {
  cpng_status status;
  char *message;
} error_exit;

static void on_error(png_structp png, png_const_charp text) {
  error_exit *errors = png_get_error_ptr(png);
  if (errors->status == CPNG_OK) errors->status = CPNG_DAMAGED;
  snprintf(errors->message, CPNG_MESSAGE_SIZE, "%s", text);
  png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

static _Noreturn void fail(png_structp png, cpng_status status, const char *text) {
  error_exit *errors = png_get_error_ptr(png);
  errors->status = status;
  png_error(png, text);
}

// MARK: Decoding

typedef struct {
  const uint8_t *next;
  size_t left;
} byte_source;

static void on_read(png_structp png, png_bytep target, size_t count) {
  byte_source *source = png_get_io_ptr(png);
  if (count > source->left) fail(png, CPNG_TRUNCATED, "the file ends before the picture does");
  memcpy(target, source->next, count);
  source->next += count;
  source->left -= count;
}

// Big-endian 16-bit gray at the start of an RGB row becomes RGB, in place. A pixel's target begins at or behind its
// source, so going from right to left never overwrites a sample that is still to be read.
static void expand_deep_gray(uint8_t *row, uint32_t width) {
  for (size_t x = width; x-- > 0;) {
    const uint8_t gray = row[2 * x] != 0 ? 255 : row[2 * x + 1];
    row[3 * x] = gray;
    row[3 * x + 1] = gray;
    row[3 * x + 2] = gray;
  }
}

cpng_status cpng_decode(
  const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *pixels, char *message) {
  error_exit errors = {CPNG_OK, message};
  byte_source source = {bytes, count};
  message[0] = 0;
  png_structp png = NULL;
  png_infop info = NULL;
  png_bytep *rows = malloc(sizeof *rows * height);
  if (rows != NULL) png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &errors, on_error, on_warning);
  if (png != NULL) info = png_create_info_struct(png);
  if (info == NULL) {
    if (png != NULL) png_destroy_read_struct(&png, NULL, NULL);
    free(rows);
    snprintf(message, CPNG_MESSAGE_SIZE, "not enough memory");
    return CPNG_FAILED;
  }
  const size_t stride = (size_t)width * 3;
  for (uint32_t y = 0; y < height; y++) rows[y] = pixels + stride * y;

  if (setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    free(rows);
    return errors.status;
  }
  png_set_read_fn(png, &source, on_read);
  png_set_user_limits(png, 0x7fffffff, 0x7fffffff);  // the caller has judged the extents
  // Nothing ancillary changes a pixel here, so none of it is worth parsing (or inflating).
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  png_read_info(png, info);
  if (png_get_image_width(png, info) != width || png_get_image_height(png, info) != height)
    fail(png, CPNG_DAMAGED, "the extents changed while the file was read");

  const int color = png_get_color_type(png, info);
  const int depth = png_get_bit_depth(png, info);
  const int is_deep_gray = color == PNG_COLOR_TYPE_GRAY && depth == 16;
  if (color == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
  if (color == PNG_COLOR_TYPE_GRAY && depth < 8) png_set_expand_gray_1_2_4_to_8(png);
  if (depth == 16 && !is_deep_gray) png_set_strip_16(png);
  png_set_strip_alpha(png);
  if ((color & PNG_COLOR_MASK_COLOR) == 0 && !is_deep_gray) png_set_gray_to_rgb(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  if (png_get_rowbytes(png, info) != (is_deep_gray ? (size_t)width * 2 : stride))
    fail(png, CPNG_DAMAGED, "the rows have an unexpected layout");

  png_read_image(png, rows);
  png_read_end(png, NULL);
  if (is_deep_gray)
    for (uint32_t y = 0; y < height; y++) expand_deep_gray(rows[y], width);
  png_destroy_read_struct(&png, &info, NULL);
  free(rows);
  return CPNG_OK;
}

// MARK: Encoding

typedef struct {
  uint8_t *bytes;
  size_t count;
  size_t capacity;
} byte_target;

static void on_write(png_structp png, png_bytep source, size_t count) {
  byte_target *target = png_get_io_ptr(png);
  if (count > target->capacity - target->count) {
    size_t capacity = target->capacity * 2;
    if (capacity < target->count + count) capacity = target->count + count + 4096;
    uint8_t *bytes = realloc(target->bytes, capacity);
    if (bytes == NULL) fail(png, CPNG_FAILED, "not enough memory");
    target->bytes = bytes;
    target->capacity = capacity;
  }
  memcpy(target->bytes + target->count, source, count);
  target->count += count;
}

static void on_flush(png_structp png) { (void)png; }

cpng_status cpng_encode(
  const uint8_t *pixels, uint32_t width, uint32_t height, int compression, uint8_t **bytes, size_t *count,
  char *message) {
  error_exit errors = {CPNG_OK, message};
  byte_target target = {NULL, 0, 0};
  message[0] = 0;
  *bytes = NULL;
  *count = 0;
  png_infop info = NULL;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &errors, on_error, on_warning);
  if (png != NULL) info = png_create_info_struct(png);
  if (info == NULL) {
    if (png != NULL) png_destroy_write_struct(&png, NULL);
    snprintf(message, CPNG_MESSAGE_SIZE, "not enough memory");
    return CPNG_FAILED;
  }
  byte_target *volatile kept = &target;
  if (setjmp(png_jmpbuf(png))) {
    *bytes = kept->bytes;
    png_destroy_write_struct(&png, &info);
    return errors.status;
  }
  png_set_write_fn(png, kept, on_write, on_flush);
  png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
  png_set_IHDR(
    png, info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
    PNG_FILTER_TYPE_DEFAULT);
  png_set_compression_level(png, compression);
  png_write_info(png, info);
  for (uint32_t y = 0; y < height; y++) png_write_row(png, pixels + (size_t)width * 3 * y);
  png_write_end(png, NULL);
  png_destroy_write_struct(&png, &info);
  *bytes = kept->bytes;
  *count = kept->count;
  return CPNG_OK;
}

void cpng_free(uint8_t *bytes) { free(bytes); }
