#pragma once
#include <stddef.h>
#include <stdint.h>

/// What identifies a file and how large it is. Swift's Glibc module has no `statx`.
typedef struct {
  uint64_t device;
  uint64_t inode;
  /// Nanoseconds since 1970; 0 where the file system keeps no birth time.
  int64_t birth_time;
  int64_t modification_time;
  uint64_t size;
  uint32_t mode;
  uint32_t link_count;
} spate_file_status;

/// Follows symbolic links. Returns 0 or an errno.
int spate_stat_path(const char *path, spate_file_status *status);
/// Two ends of a pipe that programs started later do not inherit. Returns 0 or an errno.
int spate_pipe(int *read_end, int *write_end, int is_nonblocking);
/// Lets a pipe hold at least so many bytes, where the system allows it; nothing else is changed.
void spate_enlarge_pipe(int descriptor, int byte_count);
/// Where the next byte outside a hole stands, from `offset` on; negative if there is none.
int64_t spate_next_data(int descriptor, int64_t offset);
/// Returns 0 or an errno.
int spate_stat_descriptor(int descriptor, spate_file_status *status);
