/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine-lab.h"

G_BEGIN_DECLS

/* A laboratory in which half of a file is on the server. */
#define PART (8 * 1024 * 1024)
#define SIZE (3 * PART + 5)

void leftovers_got_cb (GObject *source, GAsyncResult *result, gpointer user_data);
GAsyncResult *leftovers_wait_for (GAsyncResult **result);
gboolean leftovers_two_done_two_held (Lab *lab);
gboolean leftovers_is_empty (Lab *lab);
gboolean leftovers_has_failed (Lab *lab);
void leftovers_send_half (Lab *lab, const char *path);
void leftovers_lose_the_journal (Lab *lab);
char *leftovers_leave_half (Lab *lab);
HoistUnfinishedPage *leftovers_list_unfinished (Lab *lab, GError **error);
void leftovers_assert_n_unfinished (Lab *lab, guint expected);
void leftovers_assert_only_the_end_travels (Lab *lab, const char *path);

G_END_DECLS
