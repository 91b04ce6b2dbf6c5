/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the fake host says of destinations that are not set up yet. */

#include <string.h>

#include "fake-host.h"

static void
fake_host_list_buckets_async (HoistCliHost *host,
                              HoistDestination *destination,
                              const char *keys,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  static const char *const names[] = { "first", "second\033[2J", NULL };
  FakeHost *self = FAKE_HOST (host);
  g_autoptr (GTask) task = g_task_new (host, cancellable, callback, user_data);

  g_free (self->probed_token);
  self->probed_token = g_strdup (keys);
  if (self->probe_error != NULL)
    g_task_return_error (task, g_error_copy (self->probe_error));
  else
    g_task_return_pointer (task, g_strdupv ((char **) names), (GDestroyNotify) g_strfreev);
}

static GStrv
fake_host_list_buckets_finish (HoistCliHost *host, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* What it is stands in the address. */
static void
fake_host_detect_async (HoistCliHost *host,
                        HoistDestination *destination,
                        const char *token,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  static const char *const kinds[] = { "plain", "companion", "s3" };
  g_autoptr (GTask) task = g_task_new (host, cancellable, callback, user_data);
  HoistDestination *found = hoist_destination_copy (destination, "work");

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strstr (hoist_destination_get_url (destination), kinds[i]) != NULL)
      hoist_destination_set_provider_type (found, kinds[i]);
  hoist_destination_set_setting (found, HOIST_SETTING_SERVICE, "ceph");
  g_task_return_pointer (task, found, g_object_unref);
}

static HoistDestination *
fake_host_detect_finish (HoistCliHost *host, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
fake_host_asks_iface_init (HoistCliHostInterface *iface)
{
  iface->list_buckets_async = fake_host_list_buckets_async;
  iface->list_buckets_finish = fake_host_list_buckets_finish;
  iface->detect_async = fake_host_detect_async;
  iface->detect_finish = fake_host_detect_finish;
}
