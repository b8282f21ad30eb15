// Keeps two children of one program alive through posix_spawn until N have ended, with all output dropped: the
// ceiling of a process for each task on two slots. usage: spawn_pair N PROGRAM [ARG…]
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

int main(int count, char **words) {
  if (count < 3) return 2;
  int wanted = atoi(words[1]), started = 0, ended = 0;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  struct timespec from, to;
  clock_gettime(CLOCK_MONOTONIC, &from);
  while (ended < wanted) {
    while (started < wanted && started - ended < 2) {
      pid_t child;
      if (posix_spawn(&child, words[2], &actions, 0, words + 2, environ) != 0) return 1;
      started++;
    }
    if (wait(0) > 0) ended++;
  }
  clock_gettime(CLOCK_MONOTONIC, &to);
  printf("%.9f\n", (double)(to.tv_sec - from.tv_sec) + 1e-9 * (double)(to.tv_nsec - from.tv_nsec));
}
