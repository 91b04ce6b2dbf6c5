/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Destinations as a file to be taken to another computer. No secret is in it: those are in the
 * keyring alone. What comes from such a file is anybody's word. */

#include "config.h"

#include "hoist-destination-import.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-destination-file-private.h"
#include "hoist-destination-group.h"
#include "hoist-destination-rules.h"
#include "hoist-error.h"

/* More than anybody has. */
#define MAX_DESTINATIONS 500
#define MAX_NAME_TRIES 1000

/**
 * hoist_import_outcome_free:
 * @outcome: (transfer full): what became of a destination
 *
 * Frees it.
 */
void
hoist_import_outcome_free (HoistImportOutcome *outcome)
{
  g_free (outcome->name);
  g_free (outcome->new_name);
  g_free (outcome->reason);
  g_free (outcome->id);
  g_free (outcome->type);
  g_free (outcome->dropped_id);
  g_free (outcome->missing_file);
  g_free (outcome);
}

/**
 * hoist_destinations_export:
 * @destinations: a list of #HoistDestination
 * @ids: (nullable): which of them; %NULL = all
 * @by_default: (nullable): where new uploads go
 *
 * Writes destinations as a file, in their order, that
 * [method@DestinationStore.import_async] reads. It holds settings, and never a
 * token, a key or a header.
 *
 * Returns: (transfer full): the file's text
 */
char *
hoist_destinations_export (GListModel *destinations,
                           const char *const *ids,
                           HoistDestination *by_default)
{
  g_autoptr (GKeyFile) key_file = g_key_file_new ();

  g_key_file_set_integer (key_file, HOIST_DESTINATION_FILE_GROUP,
                          HOIST_DESTINATION_FILE_KEY_VERSION, HOIST_DESTINATION_FILE_VERSION);
  for (guint i = 0; i < g_list_model_get_n_items (destinations); i++)
    {
      g_autoptr (HoistDestination) destination = g_list_model_get_item (destinations, i);
      const char *id = hoist_destination_get_id (destination);
      g_autofree char *group = g_strconcat (HOIST_DESTINATION_FILE_GROUP_PREFIX, id, NULL);

      if (ids != NULL && !g_strv_contains (ids, id))
        continue;
      hoist_destination_group_store (key_file, group, destination);
      if (destination == by_default)
        g_key_file_set_string (key_file, HOIST_DESTINATION_FILE_GROUP,
                               HOIST_DESTINATION_FILE_KEY_DEFAULT, id);
    }
  return g_key_file_to_data (key_file, NULL, NULL);
}

/* --- Reading what somebody wrote ---------------------------------------------------------------- */

/* Beyond what is checked of each: nothing of it is long, or would write on a terminal. */
static gboolean
check_values (GKeyFile *key_file, const char *group, GError **error)
{
  for (guint i = 0; hoist_destination_group_get_key (i) != NULL; i++)
    {
      const char *key = hoist_destination_group_get_key (i);
      g_autoptr (GError) reason = NULL;
      g_autofree char *value = g_key_file_get_string (key_file, group, key, &reason);
      gboolean good =
        value != NULL ? strlen (value) <= HOIST_SETTING_MAX_BYTES
                      : g_error_matches (reason, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_KEY_NOT_FOUND);

      for (const char *p = value; good && p != NULL && *p != '\0'; p = g_utf8_next_char (p))
        good = !g_unichar_iscntrl (g_utf8_get_char (p));
      if (good)
        continue;
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                   /* Translators: %s is the name of a setting such as “url”. */
                   _ ("Its “%s” is no text of one line."), key);
      return FALSE;
    }
  return TRUE;
}

static HoistDestination *
read_group (GKeyFile *key_file, const char *group, GError **error)
{
  const char *id = group + strlen (HOIST_DESTINATION_FILE_GROUP_PREFIX);

  return check_values (key_file, group, error)
           ? hoist_destination_group_parse (key_file, group, id, error)
           : NULL;
}

/* --- Taking it over ----------------------------------------------------------------------------- */

static HoistDestination *
find_by_name (HoistDestinationFile *file, const char *name)
{
  g_autofree char *folded = g_utf8_casefold (name, -1);

  for (guint i = 0; i < file->destinations->len; i++)
    {
      HoistDestination *destination = g_ptr_array_index (file->destinations, i);
      g_autofree char *other = g_utf8_casefold (hoist_destination_get_name (destination), -1);

      if (g_str_equal (folded, other))
        return destination;
    }
  return NULL;
}

static void
refuse (HoistImportOutcome *outcome, const char *reason)
{
  outcome->result = HOIST_IMPORT_REFUSED;
  outcome->reason = g_strdup (reason);
}

static void
add (HoistDestinationFile *file, HoistDestination *destination, HoistImportOutcome *outcome)
{
  g_autoptr (GError) error = NULL;
  const char *id = hoist_destination_file_add (file, destination, &error);

  if (id == NULL)
    {
      refuse (outcome, error->message);
      return;
    }
  outcome->id = g_strdup (id);
  outcome->needs_secret = TRUE;
}

static void
add_renamed (HoistDestinationFile *file, HoistDestination *destination, HoistImportOutcome *outcome)
{
  for (guint n = 2; n < MAX_NAME_TRIES; n++)
    {
      g_autofree char *name = g_strdup_printf ("%s %u", outcome->name, n);

      if (find_by_name (file, name) != NULL)
        continue;
      hoist_destination_set_name (destination, name);
      outcome->new_name = g_steal_pointer (&name);
      break;
    }
  add (file, destination, outcome);
}

static gboolean
is_same_server (HoistDestination *a, HoistDestination *b)
{
  return g_strcmp0 (hoist_destination_get_provider_type (a),
                    hoist_destination_get_provider_type (b)) == 0 &&
         g_strcmp0 (hoist_destination_get_url (a), hoist_destination_get_url (b)) == 0;
}

/* The secret of the one that is there is for the server that it is of. Where the file names
 * another one, the destination gets another id, and with it needs a secret of its own. */
static void
replace (HoistDestinationFile *file,
         HoistDestination *known,
         HoistDestination *destination,
         HoistImportOutcome *outcome)
{
  g_autofree char *old_id = g_strdup (hoist_destination_get_id (known));
  g_autofree char *kept_name = g_strdup (hoist_destination_get_name (destination));
  g_autoptr (GError) error = NULL;

  outcome->result = HOIST_IMPORT_REPLACED;
  if (hoist_destination_is_preset (known))
    {
      refuse (outcome, _ ("Your administrator set up the one that is there."));
      return;
    }
  if (is_same_server (known, destination))
    {
      g_autoptr (HoistDestination) copy = hoist_destination_copy (destination, old_id);

      if (hoist_destination_file_update (file, copy, &error))
        outcome->id = g_steal_pointer (&old_id);
      else
        refuse (outcome, error->message);
      return;
    }
  /* The new id is made while the old one is still taken. */
  add_renamed (file, destination, outcome);
  g_clear_pointer (&outcome->new_name, g_free);
  if (outcome->id == NULL)
    return;
  hoist_destination_file_move (file, outcome->id, old_id, NULL);
  if (g_strcmp0 (file->default_id, old_id) == 0)
    hoist_destination_file_set_default (file, outcome->id, NULL);
  hoist_destination_file_remove (file, old_id, NULL);
  outcome->dropped_id = g_steal_pointer (&old_id);
  {
    g_autoptr (HoistDestination) copy = hoist_destination_copy (destination, outcome->id);

    hoist_destination_set_name (copy, kept_name);
    hoist_destination_file_update (file, copy, NULL);
  }
}

static char *
find_missing_file (HoistDestination *destination)
{
  const char *const files[] = {
    hoist_destination_get_ca_file (destination),
    hoist_destination_get_setting (destination, HOIST_SETTING_CLIENT_CERTIFICATE),
    hoist_destination_get_setting (destination, HOIST_SETTING_CLIENT_KEY),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    if (files[i] != NULL && !g_file_test (files[i], G_FILE_TEST_EXISTS))
      return g_strdup (files[i]);
  return NULL;
}

static HoistImportOutcome *
import_group (HoistDestinationFile *file,
              GKeyFile *key_file,
              const char *group,
              HoistImportPolicy policy)
{
  HoistImportOutcome *outcome = g_new0 (HoistImportOutcome, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistDestination) destination = read_group (key_file, group, &error);
  HoistDestination *known;

  if (destination == NULL)
    {
      outcome->name = g_strdup (group);
      refuse (outcome, error->message);
      return outcome;
    }
  outcome->name = g_strdup (hoist_destination_get_name (destination));
  outcome->type = g_strdup (hoist_destination_get_provider_type (destination));
  known = find_by_name (file, outcome->name);
  if (known == NULL)
    add (file, destination, outcome);
  else if (policy == HOIST_IMPORT_RENAME)
    add_renamed (file, destination, outcome);
  else if (policy == HOIST_IMPORT_REPLACE)
    replace (file, known, destination, outcome);
  else
    outcome->result = HOIST_IMPORT_SKIPPED;
  if (outcome->result <= HOIST_IMPORT_REPLACED)
    outcome->missing_file = find_missing_file (destination);
  return outcome;
}

/* Those whose name is there already. */
static GPtrArray *
find_existing (HoistDestinationFile *file, GKeyFile *key_file, char **groups)
{
  GPtrArray *outcomes = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_import_outcome_free);

  for (gsize i = 0; groups[i] != NULL && i <= MAX_DESTINATIONS; i++)
    {
      g_autoptr (HoistDestination) destination =
        g_str_has_prefix (groups[i], HOIST_DESTINATION_FILE_GROUP_PREFIX)
          ? read_group (key_file, groups[i], NULL)
          : NULL;
      HoistImportOutcome *outcome;

      if (destination == NULL ||
          find_by_name (file, hoist_destination_get_name (destination)) == NULL)
        continue;
      outcome = g_new0 (HoistImportOutcome, 1);
      outcome->result = HOIST_IMPORT_SKIPPED;
      outcome->name = g_strdup (hoist_destination_get_name (destination));
      g_ptr_array_add (outcomes, outcome);
    }
  return outcomes;
}

/* Where new uploads go is only taken over where nobody said it. */
static void
import_default (HoistDestinationFile *file, GKeyFile *key_file, GPtrArray *outcomes)
{
  g_autofree char *id = g_key_file_get_string (key_file, HOIST_DESTINATION_FILE_GROUP,
                                               HOIST_DESTINATION_FILE_KEY_DEFAULT, NULL);
  g_autofree char *group = g_strconcat (HOIST_DESTINATION_FILE_GROUP_PREFIX, id, NULL);
  g_autofree char *name = id != NULL ? g_key_file_get_string (key_file, group, "name", NULL) : NULL;

  for (guint i = 0; file->default_id == NULL && i < outcomes->len; i++)
    {
      const HoistImportOutcome *outcome = g_ptr_array_index (outcomes, i);

      if (outcome->result == HOIST_IMPORT_ADDED && outcome->id != NULL &&
          g_strcmp0 (outcome->name, name) == 0)
        hoist_destination_file_set_default (file, outcome->id, NULL);
    }
}

/**
 * hoist_destination_file_import: (skip)
 * @self: a person's own file
 * @path: a file that was exported, by whomever
 * @policy: what to do where a name is there already
 * @error: (out) (optional): why nothing of it can be used
 *
 * Takes over what a file says. What is wrong with one destination is said in its
 * outcome; the others are taken over.
 *
 * Errors: %HOIST_ERROR_STORE_DAMAGED when it cannot be read, or is no such file;
 * %HOIST_ERROR_BAD_INPUT when there is no destination in it, or far too many.
 *
 * Returns: (transfer full) (element-type HoistImportOutcome) (nullable): what
 *   became of each, in their order
 */
GPtrArray *
hoist_destination_file_import (HoistDestinationFile *self,
                               const char *path,
                               HoistImportPolicy policy,
                               GError **error)
{
  g_autoptr (GPtrArray) outcomes =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_import_outcome_free);
  g_autoptr (GKeyFile) key_file = hoist_destination_key_file_read (path, error);
  g_auto (GStrv) groups = NULL;

  if (key_file == NULL)
    return NULL;
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      /* Translators: %s is a file’s path. */
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, _ ("There is no file %s."), path);
      return NULL;
    }
  groups = g_key_file_get_groups (key_file, NULL);
  if (policy == HOIST_IMPORT_ASK)
    {
      g_autoptr (GPtrArray) existing = find_existing (self, key_file, groups);

      if (existing->len > 0)
        return g_steal_pointer (&existing);
    }
  for (gsize i = 0; groups[i] != NULL && outcomes->len <= MAX_DESTINATIONS; i++)
    if (g_str_has_prefix (groups[i], HOIST_DESTINATION_FILE_GROUP_PREFIX))
      g_ptr_array_add (outcomes, import_group (self, key_file, groups[i], policy));
  if (outcomes->len == 0 || outcomes->len > MAX_DESTINATIONS)
    {
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                   outcomes->len == 0
                   /* Translators: %s is a file’s path. */
                   ? _ ("There is no destination in %s.")
                   : _ ("There are too many destinations in %s."), path);
      return NULL;
    }
  import_default (self, key_file, outcomes);
  return g_steal_pointer (&outcomes);
}
