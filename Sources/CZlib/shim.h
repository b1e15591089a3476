#pragma once
#include <zlib.h>

// inflateInit2 is a macro, which Swift does not import. 31: gzip wrapper, 32 KiB window.
static inline int spate_inflate_init_gzip(z_stream *stream) { return inflateInit2(stream, 31); }
