/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-window.h"

G_BEGIN_DECLS

/* The action that takes files from other programs: a destination, "" for the
 * default one, and URIs. */
#define HOIST_UPLOAD_ACTION "upload"
#define HOIST_UPLOAD_ACTION_TYPE "(sas)"

/* Files that other programs handed over, until there is a window to take them. */
typedef struct _HoistHandedFiles HoistHandedFiles;

HoistHandedFiles *hoist_handed_files_new (void);
void hoist_handed_files_free (HoistHandedFiles *self);
void hoist_handed_files_add_opened (HoistHandedFiles *self, GFile *const *files, gsize n_files);
gboolean hoist_handed_files_add_variant (HoistHandedFiles *self, GVariant *parameter);
GVariant *hoist_handed_files_make_variant (const char *destination,
                                           const char *const *arguments,
                                           const char *folder);
void hoist_handed_files_give_to (HoistHandedFiles *self, HoistWindow *window);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistHandedFiles, hoist_handed_files_free)

G_END_DECLS
