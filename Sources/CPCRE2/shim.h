#pragma once
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

// The macro is ~(PCRE2_SIZE)0, which does not fit Swift's Int literal.
static inline size_t spate_pcre2_unset(void) { return PCRE2_UNSET; }
