/* SPDX-License-Identifier: GPL-3.0-or-later */

/* measure FILE COMMAND…: runs a command and writes what it and all its children took into
 * a file: seconds, user and system processor seconds, KiB of memory of the largest process.
 * Small, because a process is accounted the memory of the one that it was made from. */

#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);
  return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

static double
seconds (struct timeval time)
{
  return (double) time.tv_sec + (double) time.tv_usec / 1e6;
}

int
main (int argc, char **argv)
{
  struct rusage usage;
  double began = now ();
  double ended;
  int status;
  FILE *file;
  pid_t pid;

  if (argc < 3)
    return 2;
  pid = fork ();
  if (pid == 0)
    {
      execvp (argv[2], argv + 2);
      _exit (127);
    }
  if (pid < 0)
    return 1;
  while (wait4 (pid, &status, 0, &usage) < 0)
    if (errno != EINTR)
      return 1;
  ended = now ();
  file = fopen (argv[1], "w");
  if (file == NULL)
    return 1;
  fprintf (file, "%.6f %.6f %.6f %ld %.6f\n", ended - began, seconds (usage.ru_utime),
           seconds (usage.ru_stime), usage.ru_maxrss, began);
  fclose (file);
  return WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status);
}
