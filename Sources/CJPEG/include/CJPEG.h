// libjpeg behind functions that return a status. libjpeg reports an error through a callback that must not return;
// the `longjmp` out of it may not cross Swift frames, so it starts and ends in this target.
#ifndef GAUNTLET_CJPEG_H
#define GAUNTLET_CJPEG_H

#include <stddef.h>
#include <stdint.h>

// Room for one sentence, the terminating zero included.
#define CJPEG_MESSAGE_SIZE 256

typedef enum {
  CJPEG_OK = 0,
  CJPEG_DAMAGED = 1,      // the stream contradicts itself or the standard
  CJPEG_TRUNCATED = 2,    // the stream ends before the picture does
  CJPEG_UNSUPPORTED = 3,  // a valid kind of JPEG that is not read here
  CJPEG_FAILED = 4        // memory, or a misuse of the encoder
} cjpeg_status;

// The extents that the header declares. Allocates nothing that depends on them.
cjpeg_status cjpeg_read_header(
  const uint8_t *bytes, size_t count, uint32_t *width, uint32_t *height, char *message);

// Writes width x height x 3 interleaved RGB bytes. `width` and `height` are those of the header.
// CMYK and YCCK are taken for inverted, as Adobe writes them. More than `maximum_scans` scans are refused.
cjpeg_status cjpeg_decode(
  const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, int maximum_scans, uint8_t *pixels,
  char *message);

// A baseline JPEG with 4:2:0 chroma and libjpeg's tables for `quality`, 1...100.
// `*bytes` is to be freed by `cjpeg_free`, also where the status is not CJPEG_OK.
cjpeg_status cjpeg_encode(
  const uint8_t *pixels, uint32_t width, uint32_t height, int quality, uint8_t **bytes, size_t *count,
  char *message);

void cjpeg_free(uint8_t *bytes);

#endif
