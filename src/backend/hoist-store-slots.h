/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-store-call.h"
#include "hoist-store-temp.h"

G_BEGIN_DECLS

/* The folder of an unfinished upload has:
 *
 *     info        what CreateMultipartUpload said
 *     00007       part 7, in a file of its own
 *     slots       a symbolic link to nowhere: its text is the size of a slot in bytes
 *     data        the slots, one behind the other: slot 7 is where part 7 belongs in the object
 *     00007.slot  part 7 is in its slot; as long as the part, but with nothing in it
 *
 * Clients cut files into parts of one size, so that each part can be written where it will be in
 * the object, and Complete need not copy. The first part of 5 MiB or more that comes says what the
 * size of a slot is. A part that is longer, or that comes again, gets a file of its own. */
#define HOIST_STORE_DATA_NAME "data"
#define HOIST_STORE_PART_NAME_BYTES 16

void hoist_store_part_get_name (guint part_number, gboolean is_in_slot, char *name);
guint hoist_store_part_get_number (const char *name);

HoistStoreTemp *hoist_store_slot_open (HoistStoreTree *tree, const HoistStoreCall *call);
int hoist_store_slot_open_data (int folder_fd, guint part_number, guint64 *offset_bytes);

G_END_DECLS
