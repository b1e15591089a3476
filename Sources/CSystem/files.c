#define _GNU_SOURCE
#include "CSystem.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static int64_t nanoseconds(struct statx_timestamp time) {
  return time.tv_sec * 1000000000 + time.tv_nsec;
}

static int status_of(int directory, const char *path, int flags, spate_file_status *status) {
  struct statx found;
  int done;
  do
    done = statx(directory, path, flags, STATX_BASIC_STATS | STATX_BTIME, &found);
  while (done != 0 && errno == EINTR);
  if (done != 0) return errno;
  memset(status, 0, sizeof *status);
  status->device = makedev(found.stx_dev_major, found.stx_dev_minor);
  status->inode = found.stx_ino;
  if (found.stx_mask & STATX_BTIME) status->birth_time = nanoseconds(found.stx_btime);
  status->modification_time = nanoseconds(found.stx_mtime);
  status->size = found.stx_size;
  status->mode = found.stx_mode;
  status->link_count = found.stx_nlink;
  return 0;
}

int spate_stat_path(const char *path, spate_file_status *status) {
  return status_of(AT_FDCWD, path, 0, status);
}

int spate_stat_descriptor(int descriptor, spate_file_status *status) {
  return status_of(descriptor, "", AT_EMPTY_PATH, status);
}

int spate_pipe(int *read_end, int *write_end, int is_nonblocking) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | (is_nonblocking ? O_NONBLOCK : 0)) != 0) return errno;
  *read_end = ends[0];
  *write_end = ends[1];
  return 0;
}

void spate_enlarge_pipe(int descriptor, int byte_count) {
  int present = fcntl(descriptor, F_GETPIPE_SZ);
  if (present >= 0 && present < byte_count) fcntl(descriptor, F_SETPIPE_SZ, byte_count);
}

int64_t spate_next_data(int descriptor, int64_t offset) {
  return lseek(descriptor, offset, SEEK_DATA);
}
