/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-destination-backend.h"
#include "hoist-uploader.h"

G_BEGIN_DECLS

/**
 * HoistLeftover:
 * @destination_id: where it is
 * @upload: what the server tells of it
 *
 * An upload that another run left on a server.
 */
typedef struct
{
  char *destination_id;    /* (owned) */
  HoistUnfinished *upload; /* (owned) */
} HoistLeftover;

/* What other runs left on the servers of all destinations. */
#define HOIST_TYPE_LEFTOVERS (hoist_leftovers_get_type ())
G_DECLARE_FINAL_TYPE (HoistLeftovers, hoist_leftovers, HOIST, LEFTOVERS, GObject)

HoistLeftovers *hoist_leftovers_new (HoistUploader *uploader, HoistDestinationBackend *backend);
void hoist_leftovers_refresh (HoistLeftovers *self);
gboolean hoist_leftovers_is_loading (HoistLeftovers *self);
const GError *hoist_leftovers_get_error (HoistLeftovers *self);
guint hoist_leftovers_get_length (HoistLeftovers *self);
const HoistLeftover *hoist_leftovers_get (HoistLeftovers *self, guint index);
const HoistLeftover *hoist_leftovers_lookup (HoistLeftovers *self, const char *id);
char *hoist_leftovers_dup_sum (HoistLeftovers *self);
void hoist_leftovers_clear (HoistLeftovers *self, GPtrArray *ids);
void hoist_leftovers_forget (HoistLeftovers *self, const char *id);

G_END_DECLS
