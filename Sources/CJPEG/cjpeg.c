#include "CJPEG.h"

#include <stdio.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

_Static_assert(CJPEG_MESSAGE_SIZE >= JMSG_LENGTH_MAX, "a libjpeg message fits");

// MARK: Errors

typedef struct {
  struct jpeg_error_mgr base;  // first, so that a pointer to it is a pointer to this
  jmp_buf escape;
  cjpeg_status status;
  char *message;
} error_exit;

static _Noreturn void fail(j_common_ptr info, cjpeg_status status) {
  error_exit *errors = (error_exit *)info->err;
  errors->status = status;
  (*errors->base.format_message)(info, errors->message);
  longjmp(errors->escape, 1);
}

static void on_error(j_common_ptr info) {
  switch (info->err->msg_code) {
    case JERR_OUT_OF_MEMORY: fail(info, CJPEG_FAILED);
    case JERR_BAD_PRECISION:
    case JERR_COMPONENT_COUNT:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_NOT_COMPILED:
    case JERR_ARITH_NOTIMPL:
    case JERR_SOF_UNSUPPORTED: fail(info, CJPEG_UNSUPPORTED);
    default: fail(info, CJPEG_DAMAGED);
  }
}

// libjpeg only warns where it paints over missing or wrong data. A picture that is partly invented must not be
// measured, so such a warning is an error; what leaves the pixels well defined stays a warning.
static void on_message(j_common_ptr info, int level) {
  if (level >= 0) return;
  info->err->num_warnings++;
  switch (info->err->msg_code) {
    case JWRN_ADOBE_XFORM:
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_JFIF_MAJOR: return;
    default: fail(info, CJPEG_DAMAGED);
  }
}

static void on_output(j_common_ptr info) { (void)info; }

static void install(error_exit *errors, char *message) {
  memset(errors, 0, sizeof *errors);
  jpeg_std_error(&errors->base);
  errors->base.error_exit = on_error;
  errors->base.emit_message = on_message;
  errors->base.output_message = on_output;
  errors->message = message;
  message[0] = 0;
}

static void say(char *message, const char *text) { snprintf(message, CJPEG_MESSAGE_SIZE, "%s", text); }

// MARK: The source: bytes in memory, whose end is an error

static _Noreturn void truncated(j_decompress_ptr info) {
  error_exit *errors = (error_exit *)info->err;
  errors->status = CJPEG_TRUNCATED;
  say(errors->message, "the file ends before the picture does");
  longjmp(errors->escape, 1);
}

static void source_init(j_decompress_ptr info) { (void)info; }
static void source_term(j_decompress_ptr info) { (void)info; }

static boolean source_fill(j_decompress_ptr info) {
  truncated(info);
  return FALSE;
}

static void source_skip(j_decompress_ptr info, long count) {
  if (count <= 0) return;
  if ((size_t)count > info->src->bytes_in_buffer) truncated(info);
  info->src->next_input_byte += count;
  info->src->bytes_in_buffer -= (size_t)count;
}

static void open_source(j_decompress_ptr info, struct jpeg_source_mgr *source, const uint8_t *bytes, size_t count) {
  memset(source, 0, sizeof *source);
  source->init_source = source_init;
  source->fill_input_buffer = source_fill;
  source->skip_input_data = source_skip;
  source->resync_to_restart = jpeg_resync_to_restart;
  source->term_source = source_term;
  source->next_input_byte = bytes;
  source->bytes_in_buffer = count;
  info->src = source;
}

// MARK: Progress: a tiny file may ask for thousands of passes over a large picture

typedef struct {
  struct jpeg_progress_mgr base;
  int maximum_scans;
} scan_limit;

static void on_progress(j_common_ptr info) {
  j_decompress_ptr decompress = (j_decompress_ptr)info;
  scan_limit *limit = (scan_limit *)info->progress;
  if (decompress->input_scan_number <= limit->maximum_scans) return;
  error_exit *errors = (error_exit *)info->err;
  errors->status = CJPEG_UNSUPPORTED;
  snprintf(errors->message, CJPEG_MESSAGE_SIZE, "more than %d progressive scans", limit->maximum_scans);
  longjmp(errors->escape, 1);
}

// MARK: Decoding

cjpeg_status cjpeg_read_header(
  const uint8_t *bytes, size_t count, uint32_t *width, uint32_t *height, char *message) {
  struct jpeg_decompress_struct info;
  struct jpeg_source_mgr source;
  error_exit errors;
  install(&errors, message);
  memset(&info, 0, sizeof info);
  info.err = &errors.base;
  if (setjmp(errors.escape)) {
    jpeg_destroy_decompress(&info);
    return errors.status;
  }
  jpeg_create_decompress(&info);
  open_source(&info, &source, bytes, count);
  jpeg_read_header(&info, TRUE);
  *width = info.image_width;
  *height = info.image_height;
  jpeg_destroy_decompress(&info);
  return CJPEG_OK;
}

// round(a b / 255)
static uint8_t scaled(unsigned a, unsigned b) { return (uint8_t)((2 * a * b + 255) / 510); }

// Inverted CMYK to RGB, in place: 4 bytes of a pixel become 3. An inverted ink is its own share of light.
static void convert_inks(uint8_t *row, uint32_t width) {
  for (size_t x = 0; x < width; x++) {
    const uint8_t *ink = row + 4 * x;
    const unsigned light = ink[3];
    // light - round((255 - ink) * light / 255), never below zero
    const uint8_t red = (uint8_t)(light - scaled(255u - ink[0], light));
    const uint8_t green = (uint8_t)(light - scaled(255u - ink[1], light));
    const uint8_t blue = (uint8_t)(light - scaled(255u - ink[2], light));
    row[3 * x] = red;
    row[3 * x + 1] = green;
    row[3 * x + 2] = blue;
  }
}

cjpeg_status cjpeg_decode(
  const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, int maximum_scans, uint8_t *pixels,
  char *message) {
  struct jpeg_decompress_struct info;
  struct jpeg_source_mgr source;
  scan_limit limit;
  error_exit errors;
  uint8_t *volatile inks = NULL;
  install(&errors, message);
  memset(&info, 0, sizeof info);
  memset(&limit, 0, sizeof limit);
  info.err = &errors.base;
  if (setjmp(errors.escape)) {
    jpeg_destroy_decompress(&info);
    free(inks);
    return errors.status;
  }
  jpeg_create_decompress(&info);
  open_source(&info, &source, bytes, count);
  limit.base.progress_monitor = on_progress;
  limit.maximum_scans = maximum_scans;
  info.progress = &limit.base;
  jpeg_read_header(&info, TRUE);
  switch (info.num_components) {
    case 1:
    case 3: info.out_color_space = JCS_RGB; break;
    case 4: info.out_color_space = JCS_CMYK; break;
    default:
      errors.status = CJPEG_UNSUPPORTED;
      snprintf(message, CJPEG_MESSAGE_SIZE, "%d colour components; 1, 3 or 4 are read", info.num_components);
      longjmp(errors.escape, 1);
  }
  jpeg_start_decompress(&info);
  if (info.output_width != width || info.output_height != height) {
    errors.status = CJPEG_DAMAGED;
    say(message, "the extents changed while the file was read");
    longjmp(errors.escape, 1);
  }
  if (info.output_components == 4) {
    inks = malloc((size_t)width * 4);
    if (inks == NULL) ERREXIT1(&info, JERR_OUT_OF_MEMORY, 0);
  }
  const size_t stride = (size_t)width * 3;
  while (info.output_scanline < height) {
    uint8_t *target = pixels + stride * info.output_scanline;
    JSAMPROW row = inks != NULL ? inks : target;
    jpeg_read_scanlines(&info, &row, 1);
    if (inks != NULL) {
      convert_inks(inks, width);
      memcpy(target, inks, stride);
    }
  }
  jpeg_finish_decompress(&info);
  jpeg_destroy_decompress(&info);
  free(inks);
  return CJPEG_OK;
}

// MARK: Encoding

cjpeg_status cjpeg_encode(
  const uint8_t *pixels, uint32_t width, uint32_t height, int quality, uint8_t **bytes, size_t *count,
  char *message) {
  struct jpeg_compress_struct info;
  error_exit errors;
  // Written by libjpeg while it runs, also when it leaves by the error exit.
  unsigned char *buffer = NULL;
  unsigned long size = 0;
  unsigned char **volatile buffer_address = &buffer;
  unsigned long *volatile size_address = &size;
  install(&errors, message);
  memset(&info, 0, sizeof info);
  info.err = &errors.base;
  *bytes = NULL;
  *count = 0;
  if (setjmp(errors.escape)) {
    // The destination publishes its buffer when it is done; until then libjpeg's own copy may be newer.
    if (info.dest != NULL) (*info.dest->term_destination)(&info);
    *bytes = *buffer_address;
    jpeg_destroy_compress(&info);
    return errors.status;
  }
  jpeg_create_compress(&info);
  jpeg_mem_dest(&info, (unsigned char **)buffer_address, (unsigned long *)size_address);
  info.image_width = width;
  info.image_height = height;
  info.input_components = 3;
  info.in_color_space = JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, quality, TRUE);
  jpeg_start_compress(&info, TRUE);
  const size_t stride = (size_t)width * 3;
  while (info.next_scanline < height) {
    JSAMPROW row = (JSAMPROW)(pixels + stride * info.next_scanline);
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  *bytes = *buffer_address;
  *count = (size_t)*size_address;
  return CJPEG_OK;
}

void cjpeg_free(uint8_t *bytes) { free(bytes); }
