/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

#include "hoist-pacer.h"
#include "hoist-rate.h"
#include "hoist-transport.h"

G_BEGIN_DECLS

/**
 * HoistPutJob:
 *
 * One PUT on its way, in its pump's thread.
 */
typedef struct _HoistPutJob HoistPutJob;

/* @error is (transfer full) (nullable). Never called from within
 * hoist_put_job_start(). The job is the callback's to free. */
typedef void (*HoistPutJobDone) (HoistPutJob *job, GError *error, gpointer user_data);

HoistPutJob *hoist_put_job_new (HoistPut *put,
                                SoupSession *session,
                                HoistRate *rate,
                                HoistPacer *pacer,
                                gboolean direct,
                                GUri *url);
void hoist_put_job_free (HoistPutJob *self);
void hoist_put_job_start (HoistPutJob *self,
                          GCancellable *cancellable,
                          HoistPutJobDone done,
                          gpointer user_data);
void hoist_put_job_tick (HoistPutJob *self, gint64 now_us, gint64 stall_us);
void hoist_put_job_check_address (HoistPutJob *self);
void hoist_put_job_stop (HoistPutJob *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistPutJob, hoist_put_job_free)

G_END_DECLS
