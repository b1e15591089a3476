#pragma once
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <wchar.h>

// What Swift cannot import: globals that curses calls variables, macros with casts, and wcwidth,
// which glibc declares only for X/Open sources (curses.h asks for it, Swift's module of it does not).

static inline WINDOW *spate_stdscr(void) { return stdscr; }
static inline int spate_colors(void) { return COLORS; }
static inline int spate_wcwidth(wchar_t c) { return wcwidth(c); }

static inline attr_t spate_bold(void) { return A_BOLD; }
static inline attr_t spate_dim(void) { return A_DIM; }
static inline attr_t spate_reverse(void) { return A_REVERSE; }
static inline attr_t spate_underline(void) { return A_UNDERLINE; }
