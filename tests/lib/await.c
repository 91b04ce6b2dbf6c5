/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Results of asynchronous calls, waited for. */

#include "await.h"

/* The callback; its data is where the result goes, null before. */
void
await_take_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

/* Runs the main context until await_take_cb() has put a result there. */
GAsyncResult *
await_result (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}
