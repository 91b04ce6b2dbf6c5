/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A folder that is not opened, preloaded (LD_PRELOAD) into a finished program: whoever opens
 * HOIST_FAULT_FOLDER_HELD waits until somebody writes to the pipe HOIST_FAULT_FOLDER_GATE, or is
 * killed. It links nothing but the C library, so that it may stand before a sanitizer's
 * library as well. */

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXPORT __attribute__ ((visibility ("default")))

EXPORT DIR *
opendir (const char *name)
{
  DIR *(*next) (const char *name) = (DIR * (*) (const char *) ) dlsym (RTLD_NEXT, "opendir");
  const char *held = getenv ("HOIST_FAULT_FOLDER_HELD");
  const char *gate = getenv ("HOIST_FAULT_FOLDER_GATE");

  if (held != NULL && gate != NULL && strcmp (name, held) == 0)
    close (open (gate, O_RDONLY | O_CLOEXEC));
  return next (name);
}
