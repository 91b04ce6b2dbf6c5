/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads the profiles of AWS's tools. Nothing of them is kept but what becomes a destination. */

#include "config.h"

#include "hoist-aws-import.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>

#include "hoist-error.h"
#include "hoist-sandbox.h"

static char *
find_file (const char *const *environment, const char *variable, const char *name)
{
  const char *file = g_environ_getenv ((char **) environment, variable);
  const char *home = g_environ_getenv ((char **) environment, "HOME");

  if (file != NULL && *file != '\0')
    return g_str_has_prefix (file, "~/") && home != NULL ? g_build_filename (home, file + 2, NULL)
                                                         : g_strdup (file);
  return home != NULL ? g_build_filename (home, ".aws", name, NULL) : NULL;
}

static gboolean
refuse (GError **error, const char *file, const char *why)
{
  g_autofree char *shown = g_filename_display_name (file);

  /* Translators: the path of a file, and what is wrong with it */
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, _ ("%s: %s"), shown, why);
  return FALSE;
}

/* Through one descriptor, so that it is the file that was looked at. */
static gboolean
read_bytes (const char *file, int fd, char *text, gsize *length, GError **error)
{
  g_autoptr (GInputStream) stream = g_unix_input_stream_new (fd, TRUE);
  g_autoptr (GError) unreadable = NULL;
  struct stat status;

  if (fstat (fd, &status) != 0 || !S_ISREG (status.st_mode))
    return refuse (error, file, _ ("this is no file"));
  if (!g_input_stream_read_all (stream, text, HOIST_AWS_FILE_MAX_BYTES + 1, length, NULL,
                                &unreadable))
    return refuse (error, file, unreadable->message);
  if (*length > HOIST_AWS_FILE_MAX_BYTES)
    return refuse (error, file, _ ("this is too large"));
  return TRUE;
}

/* A file that is not there is none, and no error. */
static gboolean
read_file (const char *file, HoistAwsFile **parsed, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) wrong = NULL;
  gsize length = 0;
  int fd = file != NULL ? open (file, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;

  *parsed = NULL;
  if (fd < 0 && (file == NULL || errno == ENOENT || errno == ENOTDIR))
    return TRUE;
  if (fd < 0)
    return refuse (error, file, g_strerror (errno));
  text = g_malloc (HOIST_AWS_FILE_MAX_BYTES + 1);
  if (!read_bytes (file, fd, text, &length, error))
    return FALSE;
  *parsed = hoist_aws_file_parse (text, length, &wrong);
  explicit_bzero (text, length);
  return *parsed != NULL || refuse (error, file, wrong->message);
}

/* A sandbox shows folders that it may not read as if they were not there. */
static gboolean
is_hidden (const char *file)
{
  g_autofree char *folder = file != NULL ? g_path_get_dirname (file) : NULL;

  return hoist_sandbox_is_flatpak () && folder != NULL && !g_file_test (folder, G_FILE_TEST_IS_DIR);
}

static void
set_nothing_there (const char *config_path, GError **error)
{
  if (is_hidden (config_path))
    g_set_error (error, HOIST_ERROR, HOIST_ERROR_FILE_MISSING,
                 /* Translators: a command that lets a Flatpak read a folder. */
                 _ ("No profiles can be seen from this Flatpak. If there are some, let it read "
                    "them: %s"),
                    "flatpak override --user --filesystem=~/.aws:ro " HOIST_APP_ID);
  else
    g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_FILE_MISSING,
                         _ ("There are no profiles: neither ~/.aws/credentials nor ~/.aws/config "
                            "has any. “aws configure” makes one."));
}

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const char *const *environment = data;
  g_autofree char *config_path = find_file (environment, "AWS_CONFIG_FILE", "config");
  g_autofree char *credentials_path =
    find_file (environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials");
  g_autoptr (HoistAwsFile) config = NULL;
  g_autoptr (HoistAwsFile) credentials = NULL;
  g_autoptr (GPtrArray) profiles = NULL;
  GError *error = NULL;

  if (read_file (config_path, &config, &error) &&
      read_file (credentials_path, &credentials, &error))
    {
      profiles = hoist_aws_profiles_new (config, credentials, environment);
      if (profiles->len == 0)
        set_nothing_there (config_path, &error);
    }
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&profiles), (GDestroyNotify) g_ptr_array_unref);
}

/**
 * hoist_aws_import_load_async:
 * @environment: the environment variables, of which AWS_CONFIG_FILE,
 *   AWS_SHARED_CREDENTIALS_FILE, HOME, and those of hoist_aws_profiles_new() count
 * @cancellable: (nullable): ends waiting
 * @callback: called when they are read
 * @user_data: for @callback
 *
 * Reads the profiles of AWS's tools, in a thread.
 */
void
hoist_aws_import_load_async (const char *const *environment,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, hoist_aws_import_load_async);
  g_task_set_task_data (task, g_strdupv ((char **) environment), (GDestroyNotify) g_strfreev);
  g_task_run_in_thread (task, load_in_thread);
}

/**
 * hoist_aws_import_load_finish:
 * @result: what the callback got
 * @error: return location for an error
 *
 * Errors: %HOIST_ERROR_BAD_INPUT for a file that is none of AWS's, with the number of the line and
 * nothing out of it; %HOIST_ERROR_FILE_MISSING where there is no profile; %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full) (nullable) (element-type HoistAwsProfile): the profiles
 */
GPtrArray *
hoist_aws_import_load_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_aws_import_load_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * hoist_aws_import_make_destination:
 * @profile: a profile with keys
 * @bucket: the bucket that files go to
 * @name: what the destination is called
 *
 * Makes a destination of a profile. Its keys are not in it.
 *
 * Returns: (transfer full): the destination, to be stored
 */
HoistDestination *
hoist_aws_import_make_destination (const HoistAwsProfile *profile,
                                   const char *bucket,
                                   const char *name)
{
  /* The store makes the id of the name. */
  HoistDestination *destination = hoist_destination_new (NULL);
  g_autoptr (HoistDestinationSettings) settings = hoist_aws_profile_make_settings (profile, bucket);
  g_autofree char *url = hoist_aws_profile_make_url (profile);

  hoist_destination_set_provider_type (destination, "s3");
  hoist_destination_set_name (destination, name);
  hoist_destination_set_url (destination, url);
  hoist_destination_set_ca_file (destination, profile->ca_file);
  for (guint i = 0; hoist_destination_settings_get_name (i) != NULL; i++)
    {
      const char *setting = hoist_destination_settings_get_name (i);
      const char *value = hoist_destination_settings_get (settings, setting);

      if (value != NULL)
        hoist_destination_set_setting (destination, setting, value);
    }
  return destination;
}
