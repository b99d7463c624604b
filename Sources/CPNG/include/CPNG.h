// libpng behind functions that return a status: its error exit is a `longjmp`, which may not cross Swift frames.
#ifndef GAUNTLET_CPNG_H
#define GAUNTLET_CPNG_H

#include <stddef.h>
#include <stdint.h>

// Room for one sentence, the terminating zero included.
#define CPNG_MESSAGE_SIZE 256

typedef enum {
  CPNG_OK = 0,
  CPNG_DAMAGED = 1,    // the stream contradicts itself or the standard
  CPNG_TRUNCATED = 2,  // the stream ends before the picture does
  CPNG_FAILED = 3      // memory, or a misuse of the encoder
} cpng_status;

// Writes width x height x 3 interleaved RGB bytes. `width` and `height` are those of the header.
// Alpha is dropped; 16-bit colour keeps its high byte; 16-bit gray without alpha is cut off at 255.
cpng_status cpng_decode(
  const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *pixels, char *message);

// An 8-bit RGB file without ancillary chunks; `compression` is zlib's level, 0...9.
// `*bytes` is to be freed by `cpng_free`, also where the status is not CPNG_OK.
cpng_status cpng_encode(
  const uint8_t *pixels, uint32_t width, uint32_t height, int compression, uint8_t **bytes, size_t *count,
  char *message);

void cpng_free(uint8_t *bytes);

#endif
