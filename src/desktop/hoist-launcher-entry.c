/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-launcher-entry.h"

#include "hoist-dbus-launcher.h"
#include "hoist-tray-pace.h"

#define APP_URI "application://" HOIST_APP_ID ".desktop"

/* Launchers tell entries apart by their sender; libunity makes the last part a hash of APP_URI. */
#define OBJECT_PATH "/com/canonical/unity/launcherentry/hoist"

/* The only kind of signal in its HoistTrayPace. */
#define TELL_UPDATE 0

/* What the icon shows. */
typedef struct
{
  guint n_pending;  /* 0 = neither a count nor a bar */
  guint percentage; /* as people are told elsewhere */
} Look;

/**
 * HoistLauncherEntry:
 *
 * Changes are looked at when the next signal may be sent, at most two a second, and sent if what
 * the icon shows is another. When nothing is under way it shows nothing, and nothing runs.
 */
struct _HoistLauncherEntry
{
  GObject parent_instance;

  HoistUploader *uploader;          /* (owned) */
  HoistDBusLauncherEntry *skeleton; /* (owned) */
  HoistTrayPace pace;
  Look shown;
  guint flush_id;
};

G_DEFINE_FINAL_TYPE (HoistLauncherEntry, hoist_launcher_entry, G_TYPE_OBJECT)

static GVariant *
to_variant (const Look *look)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  gboolean visible = look->n_pending > 0;

  g_variant_builder_add (&builder, "{sv}", "count", g_variant_new_int64 (look->n_pending));
  g_variant_builder_add (&builder, "{sv}", "count-visible", g_variant_new_boolean (visible));
  g_variant_builder_add (&builder, "{sv}", "progress",
                         g_variant_new_double (look->percentage / 100.0));
  g_variant_builder_add (&builder, "{sv}", "progress-visible", g_variant_new_boolean (visible));
  return g_variant_builder_end (&builder);
}

static Look
get_look (HoistLauncherEntry *self)
{
  const HoistUploadTotals *totals =
    hoist_upload_list_get_totals (hoist_uploader_get_list (self->uploader));
  Look look = { .n_pending = totals->n_pending };

  if (look.n_pending > 0)
    look.percentage = hoist_upload_totals_get_percentage (totals);
  return look;
}

static void
tell (HoistLauncherEntry *self)
{
  hoist_dbus_launcher_entry_emit_update (self->skeleton, APP_URI, to_variant (&self->shown));
}

static void
update (HoistLauncherEntry *self)
{
  Look look = get_look (self);

  if (look.n_pending == self->shown.n_pending && look.percentage == self->shown.percentage)
    return;
  self->shown = look;
  hoist_tray_pace_add (&self->pace, TELL_UPDATE);
  if (hoist_tray_pace_take (&self->pace, g_get_monotonic_time ()) >= 0)
    tell (self);
}

static gboolean
flush_cb (gpointer user_data)
{
  HoistLauncherEntry *self = HOIST_LAUNCHER_ENTRY (user_data);

  self->flush_id = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

static void
applied_cb (HoistLauncherEntry *self)
{
  gint64 wait_us;

  if (self->flush_id != 0)
    return;
  wait_us = hoist_tray_pace_get_wait_us (&self->pace, g_get_monotonic_time ());
  self->flush_id = g_timeout_add ((guint) ((wait_us + 999) / 1000), flush_cb, self);
}

static gboolean
query_cb (HoistLauncherEntry *self, GDBusMethodInvocation *invocation)
{
  hoist_dbus_launcher_entry_complete_query (self->skeleton, invocation, APP_URI,
                                            to_variant (&self->shown));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* Launchers forget what a process said when it leaves the bus; the application's connection may
 * stay for a while, with nothing to tell. */
static void
hoist_launcher_entry_dispose (GObject *object)
{
  HoistLauncherEntry *self = HOIST_LAUNCHER_ENTRY (object);
  GDBusInterfaceSkeleton *skeleton = G_DBUS_INTERFACE_SKELETON (self->skeleton);

  g_clear_handle_id (&self->flush_id, g_source_remove);
  if (self->skeleton != NULL && g_dbus_interface_skeleton_get_connection (skeleton) != NULL)
    {
      if (self->shown.n_pending > 0)
        {
          self->shown = (Look){ 0 };
          tell (self);
        }
      g_dbus_interface_skeleton_unexport (skeleton);
    }
  g_clear_object (&self->skeleton);
  g_clear_object (&self->uploader);
  G_OBJECT_CLASS (hoist_launcher_entry_parent_class)->dispose (object);
}

static void
hoist_launcher_entry_class_init (HoistLauncherEntryClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hoist_launcher_entry_dispose;
}

static void
hoist_launcher_entry_init (HoistLauncherEntry *self)
{
  self->skeleton = hoist_dbus_launcher_entry_skeleton_new ();
  g_signal_connect_object (self->skeleton, "handle-query", G_CALLBACK (query_cb), self,
                           G_CONNECT_SWAPPED);
}

/**
 * hoist_launcher_entry_new:
 * @uploader: whose uploads it shows
 * @connection: a session bus
 * @error: (out) (optional): why it cannot be exported
 *
 * Tells launchers how far the uploads are. All stops when the object is freed.
 *
 * Errors: those of g_dbus_interface_skeleton_export().
 *
 * Returns: (transfer full) (nullable): the entry
 */
HoistLauncherEntry *
hoist_launcher_entry_new (HoistUploader *uploader, GDBusConnection *connection, GError **error)
{
  g_autoptr (HoistLauncherEntry) self = NULL;

  g_return_val_if_fail (HOIST_IS_UPLOADER (uploader), NULL);
  g_return_val_if_fail (G_IS_DBUS_CONNECTION (connection), NULL);

  self = g_object_new (HOIST_TYPE_LAUNCHER_ENTRY, NULL);
  self->uploader = g_object_ref (uploader);
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->skeleton), connection,
                                         OBJECT_PATH, error))
    return NULL;
  g_signal_connect_object (hoist_uploader_get_list (uploader), "applied", G_CALLBACK (applied_cb),
                           self, G_CONNECT_SWAPPED);
  update (self);
  return g_steal_pointer (&self);
}
