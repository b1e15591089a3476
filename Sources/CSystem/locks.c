#define _GNU_SOURCE
#include "CSystem.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/eventfd.h>

static struct flock whole_file(void) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  return lock;
}

int spate_try_lock(int fd) {
  struct flock lock = whole_file();
  if (fcntl(fd, F_OFD_SETLK, &lock) == 0) return 1;
  return errno == EAGAIN || errno == EACCES ? 0 : -1;
}

int spate_is_locked(int fd) {
  struct flock lock = whole_file();
  if (fcntl(fd, F_OFD_GETLK, &lock) != 0) return -1;
  return lock.l_type != F_UNLCK;
}

int spate_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
