/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HoistMounts:
 *
 * Which file systems are mounted where: the system's table, or one that a test
 * made up. Functions without a word about it may be called from any thread.
 */
typedef struct _HoistMounts HoistMounts;

/**
 * HoistMountsFunc:
 * @user_data: what was given with the function
 *
 * Called when the table changed.
 */
typedef void (*HoistMountsFunc) (gpointer user_data);

HoistMounts *hoist_mounts_new (void);
HoistMounts *hoist_mounts_new_fake (void);
HoistMounts *hoist_mounts_ref (HoistMounts *self);
void hoist_mounts_unref (HoistMounts *self);
void hoist_mounts_set_fake (HoistMounts *self, const char *const *roots);

char *hoist_mounts_guess_root (HoistMounts *self, const char *path);
char *hoist_mounts_find_root (HoistMounts *self, const char *path);
GError *hoist_mounts_check (HoistMounts *self, const char *root);
gboolean hoist_mounts_has_root (HoistMounts *self, const char *root);
void hoist_mounts_watch (HoistMounts *self, HoistMountsFunc func, gpointer user_data);
void hoist_mounts_unwatch (HoistMounts *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistMounts, hoist_mounts_unref)

G_END_DECLS
