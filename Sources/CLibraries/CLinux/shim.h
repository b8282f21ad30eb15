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

// Processes: spawning, watching, limiting.
#include <dirent.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>

struct kiln_peer {
  int32_t pid;
  uint32_t user, group;
};

static inline int kiln_open_path(const char *path) {
  return open(path, 010000000 /* O_PATH */ | O_DIRECTORY | O_CLOEXEC);
}
static inline int kiln_socket_peer(int socket, struct kiln_peer *peer) {
  socklen_t size = sizeof(struct kiln_peer);
  return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, peer, &size);
}
static inline int kiln_unix_socket(void) {
  return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}
static inline int kiln_accept(int socket) {
  return (int)syscall(SYS_accept4, socket, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
}
static inline int kiln_pipe(int ends[2]) { return (int)syscall(SYS_pipe2, ends, O_CLOEXEC); }
static inline int kiln_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
static inline int kiln_signalfd(const sigset_t *signals) {
  return signalfd(-1, signals, SFD_CLOEXEC | SFD_NONBLOCK);
}
static inline int kiln_pidfd_send_signal(int pidfd, int signal) {
  return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}
static inline int kiln_close_from(unsigned first) {
  return (int)syscall(SYS_close_range, first, ~0u, 0);
}
static inline int kiln_prlimit(pid_t pid, int resource, uint64_t soft, uint64_t hard) {
  uint64_t limit[2] = {soft, hard};
  return (int)syscall(SYS_prlimit64, pid, resource, limit, NULL);
}
static inline int kiln_lower_priority(int process, int nice) {
  return setpriority(PRIO_PROCESS, (id_t)process, nice);
}
/// Frees the blocks of a range of a file; its size stays.
static inline int kiln_punch_hole(int descriptor, int64_t offset, int64_t length) {
  return (int)syscall(SYS_fallocate, descriptor, 3 /* PUNCH_HOLE | KEEP_SIZE */, offset, length);
}
/// Processors that the calling thread may use.
static inline int kiln_processor_count(void) {
  unsigned long mask[1024 / sizeof(unsigned long)];
  long bytes = syscall(SYS_sched_getaffinity, 0, sizeof mask, mask);
  int count = 0;
  for (long i = 0; i < bytes / (long)sizeof(unsigned long); i++) count += __builtin_popcountl(mask[i]);
  return count;
}
/// Binds a thread (0: the calling one) to processors.
static inline int kiln_bind(pid_t thread, const int32_t *processors, int count) {
  unsigned long mask[1024 / sizeof(unsigned long)];
  memset(mask, 0, sizeof mask);
  const int32_t bits = 8 * (int32_t)sizeof(unsigned long);
  for (int i = 0; i < count; i++)
    if (processors[i] >= 0 && processors[i] < 8 * (int32_t)sizeof mask)
      mask[processors[i] / bits] |= 1ul << (processors[i] % bits);
  return (int)syscall(SYS_sched_setaffinity, thread, sizeof mask, mask);
}
/// Whether the calling thread may use a processor.
static inline int kiln_may_use(int32_t processor) {
  unsigned long mask[1024 / sizeof(unsigned long)];
  memset(mask, 0, sizeof mask);
  const int32_t bits = 8 * (int32_t)sizeof(unsigned long);
  if (syscall(SYS_sched_getaffinity, 0, sizeof mask, mask) < 0) return 0;
  return processor >= 0 && processor < 8 * (int32_t)sizeof mask &&
         (mask[processor / bits] >> (processor % bits)) & 1;
}
/// Whether the processor has what the numeric targets are compiled for.
static inline int kiln_processor_suffices(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
#else
  return 1;
#endif
}
/// `handler` runs once for each of these signals, which then act as usual.
static inline int kiln_handle_once(int signal, void (*handler)(int)) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  action.sa_flags = (int)SA_RESETHAND;
  return sigaction(signal, &action, NULL);
}

// Words of a page that two processes share.
static inline int64_t kiln_load_word(const int64_t *word) { return __atomic_load_n(word, __ATOMIC_ACQUIRE); }
static inline void kiln_store_word(int64_t *word, int64_t value) {
  __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

// Declared here because the C library shows them only to programs that ask for its extensions.
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *, const char *);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);

static inline int kiln_spawn_add_folder(posix_spawn_file_actions_t *actions, const char *path) {
  return posix_spawn_file_actions_addchdir_np(actions, path);
}
static inline int kiln_spawn_add_close_from(posix_spawn_file_actions_t *actions, int first) {
  return posix_spawn_file_actions_addclosefrom_np(actions, first);
}
/// Names the calling thread.
static inline int kiln_name_thread(const char *name) {
  return prctl(PR_SET_NAME, (unsigned long)name, 0, 0, 0);
}

// Sandboxes: namespaces, mounts, capabilities.
#include <linux/capability.h>
#include <linux/sched.h>
#include <net/if.h>
#include <sys/mount.h>
#include <sys/time.h>

/// A connected pair of stream sockets, non-blocking and closed on exec.
static inline int kiln_socket_pair(int ends[2]) {
  return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends);
}
/// Opens a place without the right to read it.
static const int kiln_path_only = 010000000 /* O_PATH */;
/// Forks the only thread of this process into new namespaces (`CLONE_NEW…`).
static inline pid_t kiln_fork_into(unsigned long namespaces) {
  return (pid_t)syscall(SYS_clone, namespaces | SIGCHLD, NULL, NULL, NULL, 0);
}
static inline int kiln_mount(
  const char *source, const char *target, const char *type, unsigned long flags, const char *data) {
  return mount(source, target, type, flags, data);
}
/// Waits until a child has ended, tells what it and its children used, and leaves it to be reaped.
static inline int kiln_await_child(pid_t pid, struct rusage *usage) {
  return (int)syscall(SYS_waitid, P_PID, pid, NULL, WEXITED | WNOWAIT, usage);
}
/// Lets the loopback interface of the network namespace carry packets.
static inline int kiln_raise_loopback(void) {
  int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (any < 0) return -1;
  struct ifreq request;
  memset(&request, 0, sizeof request);
  memcpy(request.ifr_name, "lo", 3);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  int status = ioctl(any, SIOCSIFFLAGS, &request), number = errno;
  close(any);
  errno = number;
  return status;
}
/// Gives up every capability of the calling thread, and that any program it starts could have one.
static inline int kiln_drop_capabilities(void) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return -1;
  for (unsigned long which = 0; prctl(PR_CAPBSET_DROP, which, 0, 0, 0) == 0; which++) {}
  if (errno != EINVAL) return -1;
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 && errno != EINVAL) return -1;
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct none[2];
  memset(none, 0, sizeof none);
  return (int)syscall(SYS_capset, &header, none);
}
