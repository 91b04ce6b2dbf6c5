/* SPDX-License-Identifier: GPL-3.0-or-later */

/* For builds that look for leaks only. GLib gives its first array of quarks up when there
 * are more than 2048 of them (gquark.c: it is leaked on purpose, for readers without a
 * lock), and the window has that many. The array comes from a library's constructor:
 * only what an executable does even before those can keep it out of the count. */

#include <sanitizer/lsan_interface.h>

static void
begin (int argc, char **argv, char **environment)
{
  __lsan_disable ();
}

__attribute__ ((section (".preinit_array"),
                used)) static void (*const begin_entry) (int argc,
                                                         char **argv,
                                                         char **environment) = begin;

__attribute__ ((constructor)) static void
end (void)
{
  __lsan_enable ();
}
