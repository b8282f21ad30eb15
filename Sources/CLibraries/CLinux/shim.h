#pragma once
// System calls and macros of Linux that Swift's Glibc overlay does not show. No policy, no logic.
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

struct kiln_sched_attr {
  uint32_t size, policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime, deadline, period;
};

/// Gives the calling thread its own scheduler slice (EEVDF): short slices wake up sooner.
static inline int kiln_set_scheduler_slice(uint64_t nanoseconds) {
  struct kiln_sched_attr attributes = {sizeof(struct kiln_sched_attr), 0, 0, 0, 0, nanoseconds, 0, 0};
  return (int)syscall(SYS_sched_setattr, 0, &attributes, 0);
}

static inline int kiln_memfd_create(const char *name) {
  return (int)syscall(SYS_memfd_create, name, 1u /* MFD_CLOEXEC */);
}

static inline int kiln_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

static inline int kiln_open(const char *path, int flags, unsigned mode) { return open(path, flags, mode); }

static inline int kiln_fcntl(int descriptor, int command, int value) {
  return fcntl(descriptor, command, value);
}

static inline int kiln_ioctl_window_size(int descriptor, struct winsize *size) {
  return ioctl(descriptor, TIOCGWINSZ, size);
}

static inline int kiln_prctl(int option, unsigned long argument) { return prctl(option, argument, 0, 0, 0); }

static inline int kiln_wait_exited(int status) { return WIFEXITED(status); }
static inline int kiln_wait_exit_status(int status) { return WEXITSTATUS(status); }
static inline int kiln_wait_signalled(int status) { return WIFSIGNALED(status); }
static inline int kiln_wait_signal(int status) { return WTERMSIG(status); }
