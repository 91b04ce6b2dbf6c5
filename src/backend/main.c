/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <locale.h>
#include <string.h>

#include "hoist-backend-main.h"

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  if (argc > 1 && strcmp (argv[1], "token") == 0)
    return hoist_token_main (argv + 1);
  return hoist_backend_main (argv);
}
