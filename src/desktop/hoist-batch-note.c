/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-batch-note.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-redact.h"

/* A bubble has room for a few lines; the whole story is in the window. */
#define MAX_NAME_CHARS 80
#define MAX_REASON_CHARS 200

/**
 * hoist_batch_note_choose:
 * @facts: what is known
 * @wait_us: (out): microseconds after which to look again if nothing changes; 0 = never
 *
 * Decides what to say of a batch now. A person who looks at the window needs no words; one
 * who paused a part knows that it is not all there.
 *
 * Returns: what to say
 */
HoistBatchTell
hoist_batch_note_choose (const HoistBatchFacts *facts, gint64 *wait_us)
{
  g_return_val_if_fail (facts != NULL && wait_us != NULL, HOIST_BATCH_TELL_NOTHING);

  *wait_us = 0;
  if (facts->focused)
    return HOIST_BATCH_TELL_SEEN;
  if (facts->under_way && !facts->hidden)
    return HOIST_BATCH_TELL_NOTHING;
  if (facts->elapsed_us < HOIST_BATCH_NOTE_MIN_US)
    {
      if (facts->under_way)
        *wait_us = HOIST_BATCH_NOTE_MIN_US - facts->elapsed_us;
      return HOIST_BATCH_TELL_NOTHING;
    }
  if (facts->under_way)
    return HOIST_BATCH_TELL_UNDER_WAY;
  if (facts->failure.n > 0)
    return HOIST_BATCH_TELL_FAILED;
  if (facts->n_paused > 0 || facts->n_delivered == 0)
    return HOIST_BATCH_TELL_NOTHING;
  return HOIST_BATCH_TELL_DELIVERED;
}

/* Cuts in the middle: the end of a name tells as much as its beginning. */
static char *
shorten (const char *text, long max_chars)
{
  long n_chars = g_utf8_strlen (text, -1);
  long n_kept = (max_chars - 1) / 2;
  g_autofree char *head = NULL;

  if (n_chars <= max_chars)
    return g_strdup (text);
  head = g_utf8_substring (text, 0, max_chars - 1 - n_kept);
  return g_strconcat (head, "…", g_utf8_offset_to_pointer (text, n_chars - n_kept), NULL);
}

/* A bubble may be on the screen that locks the computer, and stays in a log: what a name brought
 * along, as that of a file which was downloaded by a signed address, stays out. */
static char *
dup_name (const HoistUploadInfo *info)
{
  g_autofree char *name = hoist_redact (info->name);

  for (char *p = name; *p != '\0'; p++)
    if (g_ascii_iscntrl (*p))
      *p = ' ';
  return *name != '\0' ? shorten (name, MAX_NAME_CHARS) : g_strdup ("…");
}

/* Without a number: it stays as it is until the end. */
static void
fill_under_way (HoistBatchNote *note)
{
  note->title = g_strdup (_ ("Uploads Are Under Way"));
  note->body =
    g_strdup (_ ("Hoist goes on in the background and tells you when they are finished."));
  note->category = "transfer";
  note->priority = G_NOTIFICATION_PRIORITY_LOW;
}

static void
fill_delivered (HoistBatchNote *note, const HoistBatchFacts *facts)
{
  const HoistUploadInfo *one = facts->n_delivered == 1 ? facts->delivered : NULL;
  g_autofree char *what = NULL;

  note->title = g_strdup (ngettext ("Upload Finished", "Uploads Finished", facts->n_delivered));
  if (one != NULL)
    {
      what = dup_name (one);
      /* Translators: %s is the name of a file. */
      note->body = g_strdup_printf (_ ("“%s” is uploaded."), what);
      note->copy_id = one->location != NULL ? one->id : 0;
    }
  else
    {
      what = g_format_size (facts->delivered_bytes);
      /* Translators: %s is the size of all of them together. */
      note->body = g_strdup_printf (ngettext ("%'u file, %s, is uploaded.",
                                              "%'u files, %s, are uploaded.", facts->n_delivered),
                                    facts->n_delivered, what);
    }
  note->category = "transfer.complete";
  note->priority = G_NOTIFICATION_PRIORITY_NORMAL;
}

/* Which ones, and why if it is one. */
static char *
describe_failure (const HoistBatchFacts *facts)
{
  const HoistUploadInfo *first = facts->failed;
  guint n_more = facts->failure.n - 1;
  g_autofree char *name = NULL;
  g_autofree char *quoted = NULL;
  g_autofree char *reason = NULL;
  g_autofree char *short_reason = NULL;

  if (first == NULL)
    return g_strdup (_ ("Open Hoist to see why."));
  name = dup_name (first);
  if (n_more > 0)
    /* Translators: %s is the name of a file. */
    return g_strdup_printf (ngettext ("“%s” and %'u more file failed.",
                                      "“%s” and %'u more files failed.", n_more),
                            name, n_more);
  if (first->error_message == NULL)
    /* Translators: %s is the name of a file. */
    return g_strdup_printf (_ ("“%s” failed."), name);
  reason = hoist_redact (first->error_message);
  short_reason = shorten (reason, MAX_REASON_CHARS);
  /* Messages about the file itself begin with it. */
  /* Translators: the name of a file, in quotation marks. */
  quoted = g_strdup_printf (_ ("“%s”"), name);
  if (strstr (short_reason, quoted) != NULL)
    return g_steal_pointer (&short_reason);
  /* Translators: the name of a file, and why it failed. */
  return g_strdup_printf (_ ("“%s”: %s"), name, short_reason);
}

static char *
describe_rest (const HoistBatchFacts *facts)
{
  if (facts->n_delivered > 0)
    return g_strdup_printf (ngettext ("%'u file is uploaded.", "%'u files are uploaded.",
                                      facts->n_delivered),
                            facts->n_delivered);
  if (facts->n_paused > 0)
    return g_strdup_printf (
      ngettext ("%'u file is paused.", "%'u files are paused.", facts->n_paused), facts->n_paused);
  return NULL;
}

static void
fill_failed (HoistBatchNote *note, const HoistBatchFacts *facts)
{
  g_autofree char *failure = describe_failure (facts);
  g_autofree char *rest = describe_rest (facts);

  if (facts->failure.n == 1)
    note->title = g_strdup (_ ("Upload Failed"));
  else
    note->title = g_strdup_printf (
      ngettext ("%'u Upload Failed", "%'u Uploads Failed", facts->failure.n), facts->failure.n);
  note->body = rest != NULL ? g_strconcat (failure, "\n", rest, NULL) : g_steal_pointer (&failure);
  note->category = "transfer.error";
  /* Not higher: a daemon would keep it on the screen, and Do Not Disturb let it through. */
  note->priority = G_NOTIFICATION_PRIORITY_NORMAL;
  note->retry = facts->failure;
}

/**
 * hoist_batch_note_new:
 * @tell: what to say, as [func@batch_note_choose] decided
 * @facts: what is known
 *
 * Makes the words. None of them has an address in it, and names are plain text, as they are on
 * the disk: who shows them as markup has to escape them.
 *
 * Returns: (transfer full) (nullable): the note; %NULL if there is nothing to say
 */
HoistBatchNote *
hoist_batch_note_new (HoistBatchTell tell, const HoistBatchFacts *facts)
{
  g_autoptr (HoistBatchNote) note = g_new0 (HoistBatchNote, 1);

  g_return_val_if_fail (facts != NULL, NULL);

  switch (tell)
    {
    case HOIST_BATCH_TELL_UNDER_WAY:
      fill_under_way (note);
      break;
    case HOIST_BATCH_TELL_DELIVERED:
      fill_delivered (note, facts);
      break;
    case HOIST_BATCH_TELL_FAILED:
      fill_failed (note, facts);
      break;
    case HOIST_BATCH_TELL_NOTHING:
    case HOIST_BATCH_TELL_SEEN:
    default:
      return NULL;
    }
  return g_steal_pointer (&note);
}

/**
 * hoist_batch_note_free:
 * @note: (transfer full) (nullable): a note
 *
 * Frees @note.
 */
void
hoist_batch_note_free (HoistBatchNote *note)
{
  if (note == NULL)
    return;
  g_free (note->title);
  g_free (note->body);
  g_free (note);
}
