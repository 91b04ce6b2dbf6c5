/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-autostart.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

#include "hoist-error.h"

/* What marks a file as ours. */
#define OUR_KEY "X-Hoist-Autostart"

/* Desktops switch an entry off with one of these rather than remove it. */
#define GNOME_KEY "X-GNOME-Autostart-enabled"

/* No entry has that many; a file that has is none of ours. */
#define MAX_BYTES 65536

/**
 * hoist_autostart_get_path:
 *
 * Says where a session looks for what to start with it (Desktop Application Autostart
 * Specification 0.5).
 *
 * Returns: (transfer full): a path
 */
char *
hoist_autostart_get_path (void)
{
  return g_build_filename (g_get_user_config_dir (), "autostart", HOIST_APP_ID ".desktop", NULL);
}

/**
 * hoist_autostart_find_program:
 *
 * Finds what starts this very program again. Only its name where that leads to it, so
 * that it stays right when it is installed elsewhere.
 *
 * Returns: (transfer full): a name or a path
 */
char *
hoist_autostart_find_program (void)
{
  g_autofree char *found = g_find_program_in_path ("hoist");
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  GStatBuf found_stat;
  GStatBuf self_stat;

  if (self == NULL)
    return g_strdup ("hoist");
  if (found != NULL && g_stat (found, &found_stat) == 0 && g_stat (self, &self_stat) == 0 &&
      found_stat.st_dev == self_stat.st_dev && found_stat.st_ino == self_stat.st_ino)
    return g_strdup ("hoist");
  return g_steal_pointer (&self);
}

/* Desktop Entry Specification 1.5, «The Exec key»: quoted, and `%` twice. GKeyFile adds
 * the escapes that every string has. */
static char *
quote (const char *program)
{
  GString *quoted = g_string_new ("\"");

  for (const char *p = program; *p != '\0'; p++)
    {
      if (strchr ("\"`$\\", *p) != NULL)
        g_string_append_c (quoted, '\\');
      if (*p == '%')
        g_string_append_c (quoted, '%');
      g_string_append_c (quoted, *p);
    }
  g_string_append_c (quoted, '"');
  return g_string_free (quoted, FALSE);
}

/**
 * hoist_autostart_make_entry:
 * @program: its name or path
 *
 * Makes the entry that starts it with the session, without a window. It says nothing of
 * D-Bus: a session that started it that way would not pass the option.
 *
 * Returns: (transfer full): the text of a desktop entry
 */
char *
hoist_autostart_make_entry (const char *program)
{
  g_autoptr (GKeyFile) entry = g_key_file_new ();
  g_autofree char *quoted = quote (program);
  g_autofree char *command = g_strconcat (quoted, " --" HOIST_BACKGROUND_OPTION, NULL);
  const char *group = G_KEY_FILE_DESKTOP_GROUP;

  g_key_file_set_string (entry, group, G_KEY_FILE_DESKTOP_KEY_TYPE, "Application");
  g_key_file_set_string (entry, group, G_KEY_FILE_DESKTOP_KEY_NAME, _ ("Hoist"));
  g_key_file_set_string (entry, group, G_KEY_FILE_DESKTOP_KEY_COMMENT,
                         _ ("Continues unfinished uploads"));
  g_key_file_set_string (entry, group, G_KEY_FILE_DESKTOP_KEY_ICON, HOIST_APP_ID);
  g_key_file_set_string (entry, group, G_KEY_FILE_DESKTOP_KEY_EXEC, command);
  g_key_file_set_string (entry, group, G_KEY_FILE_DESKTOP_KEY_TRY_EXEC, program);
  g_key_file_set_boolean (entry, group, G_KEY_FILE_DESKTOP_KEY_TERMINAL, FALSE);
  g_key_file_set_boolean (entry, group, G_KEY_FILE_DESKTOP_KEY_STARTUP_NOTIFY, FALSE);
  g_key_file_set_boolean (entry, group, GNOME_KEY, TRUE);
  g_key_file_set_boolean (entry, group, OUR_KEY, TRUE);
  return g_key_file_to_data (entry, NULL, NULL);
}

/* (nullable): %NULL if there is none. */
static GKeyFile *
load_ours (const char *path)
{
  g_autoptr (GKeyFile) entry = g_key_file_new ();
  struct stat info;

  /* A link leads to a file that somebody keeps elsewhere. */
  if (g_lstat (path, &info) != 0 || !S_ISREG (info.st_mode) || info.st_size > MAX_BYTES ||
      !g_key_file_load_from_file (entry, path, G_KEY_FILE_NONE, NULL) ||
      !g_key_file_get_boolean (entry, G_KEY_FILE_DESKTOP_GROUP, OUR_KEY, NULL))
    return NULL;
  return g_steal_pointer (&entry);
}

static gboolean
is_enabled (GKeyFile *entry)
{
  const char *group = G_KEY_FILE_DESKTOP_GROUP;

  if (g_key_file_get_boolean (entry, group, G_KEY_FILE_DESKTOP_KEY_HIDDEN, NULL))
    return FALSE;
  return !g_key_file_has_key (entry, group, GNOME_KEY, NULL) ||
         g_key_file_get_boolean (entry, group, GNOME_KEY, NULL);
}

/**
 * hoist_autostart_read:
 * @path: where the entry is
 *
 * Looks what is really there. In any thread but the main one: it reads a file.
 *
 * Returns: what is there
 */
HoistAutostart
hoist_autostart_read (const char *path)
{
  g_autoptr (GKeyFile) entry = load_ours (path);
  struct stat info;

  if (entry != NULL)
    return is_enabled (entry) ? HOIST_AUTOSTART_ON : HOIST_AUTOSTART_OFF;
  return g_lstat (path, &info) == 0 ? HOIST_AUTOSTART_FOREIGN : HOIST_AUTOSTART_OFF;
}

static gboolean
make_folder (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int why;

  /* XDG Base Directory Specification 0.8: folders that are missing get 0700. */
  if (g_mkdir_with_parents (folder, 0700) == 0)
    return TRUE;
  why = errno;
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (why), "%s: %s", folder,
               g_strerror (why));
  return FALSE;
}

/**
 * hoist_autostart_write:
 * @path: where the entry is
 * @program: what it starts
 * @on: whether it is to be there
 *
 * Writes the entry, or removes it, and touches nobody else's. In any thread but the main
 * one: it writes and waits for the disk.
 *
 * Errors: those of the file system.
 *
 * Returns: what is there afterwards; %HOIST_AUTOSTART_FOREIGN if that was left alone
 */
HoistAutostart
hoist_autostart_write (const char *path, const char *program, gboolean on, GError **error)
{
  HoistAutostart before = hoist_autostart_read (path);
  g_autofree char *text = NULL;

  if (before == HOIST_AUTOSTART_FOREIGN)
    return before;
  if (on)
    {
      text = hoist_autostart_make_entry (program);
      if (!make_folder (path, error) ||
          !g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0644, error))
        return before;
      return HOIST_AUTOSTART_ON;
    }
  if (g_unlink (path) != 0 && errno != ENOENT)
    {
      int why = errno;

      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (why), "%s: %s", path,
                   g_strerror (why));
      return before;
    }
  return HOIST_AUTOSTART_OFF;
}

/* --- Beside the main thread ------------------------------------------------------------------- */

/* What a thread is to do: only look, or write. */
typedef enum
{
  ORDER_READ,
  ORDER_OFF,
  ORDER_ON,
} Order;

static void
work_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autofree char *path = hoist_autostart_get_path ();
  g_autofree char *program = NULL;
  Order order = GPOINTER_TO_INT (task_data);
  HoistAutostart state;
  GError *error = NULL;

  if (order == ORDER_READ)
    state = hoist_autostart_read (path);
  else
    {
      program = hoist_autostart_find_program ();
      state = hoist_autostart_write (path, program, order == ORDER_ON, &error);
    }
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_int (task, state);
}

static void
start (Order order, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, start);
  g_task_set_task_data (task, GINT_TO_POINTER (order), NULL);
  g_task_run_in_thread (task, work_in_thread);
}

/**
 * hoist_autostart_read_async:
 * @cancellable: (nullable): ends it early
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Looks whether this program is started with the session.
 */
void
hoist_autostart_read_async (GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  start (ORDER_READ, cancellable, callback, user_data);
}

/**
 * hoist_autostart_write_async:
 * @on: whether it is to be started with the session
 * @cancellable: (nullable): ends it early
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Has this program started with the session, or no more.
 */
void
hoist_autostart_write_async (gboolean on,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  start (on ? ORDER_ON : ORDER_OFF, cancellable, callback, user_data);
}

/**
 * hoist_autostart_finish:
 * @result: what the callback got
 * @state: (out): what is there now
 *
 * Ends hoist_autostart_read_async() or hoist_autostart_write_async().
 *
 * Errors: as hoist_autostart_write().
 *
 * Returns: whether it was done
 */
gboolean
hoist_autostart_finish (GAsyncResult *result, HoistAutostart *state, GError **error)
{
  g_autoptr (GError) failure = NULL;
  gssize value;

  g_return_val_if_fail (g_async_result_is_tagged (result, start), FALSE);

  value = g_task_propagate_int (G_TASK (result), &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  *state = (HoistAutostart) value;
  return TRUE;
}
