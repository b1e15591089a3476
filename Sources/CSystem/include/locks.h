#pragma once

/// Takes an exclusive lock on the whole open file, without waiting: 1 taken, 0 held by another,
/// -1 failed (errno). It belongs to the open file description and goes with its last descriptor.
int spate_try_lock(int fd);

/// Whether another open file description holds a lock on the file: 1, 0, or -1 (errno).
int spate_is_locked(int fd);

/// A descriptor that becomes readable when 8 bytes are written to it; closed on exec.
int spate_eventfd(void);
