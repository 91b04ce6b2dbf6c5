/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-uploader.h"

/* An uploader that keeps the ids of the last command. */
#define COMMANDED_TYPE_UPLOADER (commanded_uploader_get_type ())
G_DECLARE_FINAL_TYPE (CommandedUploader, commanded_uploader, COMMANDED, UPLOADER, GObject)

struct _CommandedUploader
{
  GObject parent_instance;

  HoistUploadList *list;
  GArray *ids;
  guint n_commands;
};

static void commanded_uploader_uploader_init (HoistUploaderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CommandedUploader,
                               commanded_uploader,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HOIST_TYPE_UPLOADER,
                                                      commanded_uploader_uploader_init))

static HoistUploadList *
commanded_uploader_get_list (HoistUploader *uploader)
{
  return COMMANDED_UPLOADER (uploader)->list;
}

static void
commanded_uploader_command (HoistUploader *uploader,
                            HoistCommand command,
                            const guint64 *ids,
                            gsize n_ids)
{
  CommandedUploader *self = COMMANDED_UPLOADER (uploader);

  self->n_commands++;
  g_array_set_size (self->ids, 0);
  g_array_append_vals (self->ids, ids, (guint) n_ids);
}

static void
commanded_uploader_uploader_init (HoistUploaderInterface *iface)
{
  iface->get_list = commanded_uploader_get_list;
  iface->command = commanded_uploader_command;
}

static void
commanded_uploader_finalize (GObject *object)
{
  CommandedUploader *self = COMMANDED_UPLOADER (object);

  g_object_unref (self->list);
  g_array_unref (self->ids);

  G_OBJECT_CLASS (commanded_uploader_parent_class)->finalize (object);
}

static void
commanded_uploader_class_init (CommandedUploaderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = commanded_uploader_finalize;
}

static void
commanded_uploader_init (CommandedUploader *self)
{
  self->list = hoist_upload_list_new ();
  self->ids = g_array_new (FALSE, FALSE, sizeof (guint64));
}

/* A command for all goes to those, and only those, that it fits. */
static void
test_command_all (void)
{
  g_autoptr (CommandedUploader) uploader = g_object_new (COMMANDED_TYPE_UPLOADER, NULL);
  g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();

  for (int state = 0; state < HOIST_N_UPLOAD_STATES; state++)
    for (guint64 n = 0; n < 3; n++)
      {
        HoistUploadInfo *info = hoist_upload_info_new (1 + (guint64) state * 3 + n);

        info->state = (HoistUploadState) state;
        g_ptr_array_add (changes->infos, info);
      }
  hoist_upload_list_apply (uploader->list, changes);

  for (int command = 0; command < HOIST_N_COMMANDS; command++)
    {
      guint next = 0;

      hoist_uploader_command_all (HOIST_UPLOADER (uploader), (HoistCommand) command);
      for (guint i = 0; i < changes->infos->len; i++)
        {
          const HoistUploadInfo *info = g_ptr_array_index (changes->infos, i);

          if (!hoist_command_applies ((HoistCommand) command, info->state))
            continue;
          g_assert_cmpuint (next, <, uploader->ids->len);
          g_assert_cmpuint (g_array_index (uploader->ids, guint64, next), ==, info->id);
          next++;
        }
      g_assert_cmpuint (next, >, 0);
      g_assert_cmpuint (next, ==, uploader->ids->len);
    }
}

/* Where it fits none, nothing is said at all. */
static void
test_command_none (void)
{
  g_autoptr (CommandedUploader) uploader = g_object_new (COMMANDED_TYPE_UPLOADER, NULL);

  hoist_uploader_command_all (HOIST_UPLOADER (uploader), HOIST_COMMAND_PAUSE);
  hoist_uploader_command (HOIST_UPLOADER (uploader), HOIST_COMMAND_PAUSE, NULL, 0);
  g_assert_cmpuint (uploader->n_commands, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/uploader/command-all", test_command_all);
  g_test_add_func ("/uploader/command-none", test_command_none);

  return g_test_run ();
}
