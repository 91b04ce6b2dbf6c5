/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-journal-reader.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "hoist-error.h"
#include "hoist-journal-frame.h"

#define READ_BYTES (1u << 20)

/* While the next intact frame is looked for, any bytes can look like the head
 * of a long one. What is checked in vain is limited, so that no file, however
 * made, takes longer than a second or two to open. */
#define MAX_BYTES_IN_VAIN (G_GUINT64_CONSTANT (2) << 30)

/* A window on the file. It is not mapped: a disk that cannot be read, or
 * another program that cuts the file, would end the process. */
typedef struct
{
  int fd;
  guint8 *buffer;       /* (owned) of 2 × the longest frame and one read */
  gsize start;          /* in @buffer; with @start_bytes always a multiple of 8 */
  gsize end;            /* in @buffer */
  guint64 start_bytes;  /* in the file */
  guint64 in_vain_left; /* bytes */
  gboolean at_end;
} Window;

/* Makes at least @wanted bytes available, if the file has as many. */
static gboolean
fill (Window *window, gsize wanted, GError **error)
{
  while (window->end - window->start < wanted && !window->at_end)
    {
      gssize n_read;

      if (window->start > 0)
        {
          memmove (window->buffer, window->buffer + window->start, window->end - window->start);
          window->end -= window->start;
          window->start = 0;
        }
      n_read = pread (window->fd, window->buffer + window->end, READ_BYTES,
                      (goffset) (window->start_bytes + window->end));
      if (n_read < 0 && errno == EINTR)
        continue;
      if (n_read < 0)
        {
          g_set_error (error, HOIST_ERROR, HOIST_ERROR_STORE_DAMAGED,
                       /* Translators: the system's own message */
                       _ ("The list of uploads cannot be read: %s"), g_strerror (errno));
          return FALSE;
        }
      window->end += (gsize) n_read;
      window->at_end = n_read == 0;
    }
  return TRUE;
}

static const guint8 *
get_data (const Window *window)
{
  return window->buffer + window->start;
}

static gsize
get_length (const Window *window)
{
  return window->end - window->start;
}

static void
advance (Window *window, gsize n_bytes)
{
  window->start += n_bytes;
  window->start_bytes += n_bytes;
}

/* Whether an intact frame starts here; then @frame_bytes is its length. */
static gboolean
find_frame (Window *window, gsize *frame_bytes, GError **error)
{
  *frame_bytes = 0;
  if (!fill (window, HOIST_FRAME_HEAD_BYTES, error))
    return FALSE;
  *frame_bytes = hoist_frame_get_bytes (get_data (window), get_length (window));
  if (*frame_bytes == 0)
    return TRUE;
  if (!fill (window, *frame_bytes, error))
    return FALSE;
  if (get_length (window) >= *frame_bytes && hoist_frame_is_intact (get_data (window)))
    return TRUE;

  window->in_vain_left -= MIN (window->in_vain_left, *frame_bytes);
  *frame_bytes = 0;
  return TRUE;
}

static void
apply_frame (HoistJournalContents *contents, const guint8 *frame)
{
  g_autoptr (GError) error = NULL;

  if (hoist_frame_apply (frame, contents->records, &error))
    {
      contents->n_records++;
      return;
    }
  contents->n_damaged++;
  g_debug ("Record of the journal left out: %s", error->message);
}

/* Frame by frame; where there is none, on by 8 bytes until the next one. */
static gboolean
read_frames (Window *window, HoistJournalContents *contents, GError **error)
{
  gboolean lost = FALSE;

  while (window->in_vain_left > 0)
    {
      gsize frame_bytes;

      if (!find_frame (window, &frame_bytes, error))
        return FALSE;
      if (frame_bytes > 0)
        {
          contents->n_damaged += lost;
          lost = FALSE;
          apply_frame (contents, get_data (window));
          advance (window, frame_bytes);
          contents->size_bytes = window->start_bytes;
          continue;
        }
      if (get_length (window) == 0)
        return TRUE;
      lost = TRUE;
      advance (window, MIN (get_length (window), HOIST_FRAME_ALIGN_BYTES));
    }
  contents->n_damaged++;
  return TRUE;
}

static gboolean
read_header (Window *window, HoistJournalContents *contents, GError **error)
{
  guint32 version = 0;

  if (!fill (window, HOIST_JOURNAL_HEADER_BYTES, error))
    return FALSE;
  switch (hoist_journal_header_check (get_data (window), get_length (window), &version))
    {
    case HOIST_HEADER_GOOD:
      contents->size_bytes = HOIST_JOURNAL_HEADER_BYTES;
      break;
    case HOIST_HEADER_EMPTY:
      break;
    case HOIST_HEADER_OTHER_VERSION:
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_STORE_DAMAGED,
                   /* Translators: two numbers of versions of the file's format */
                   _ ("The list of uploads is of another version of Hoist (format %u; this one "
                      "reads %u). Use that version. Nothing was changed."),
                      version, HOIST_JOURNAL_VERSION);
      return FALSE;
    case HOIST_HEADER_DAMAGED:
    default:
      contents->n_damaged++;
      break;
    }
  advance (window, MIN (get_length (window), HOIST_JOURNAL_HEADER_BYTES));
  return TRUE;
}

/**
 * hoist_journal_read:
 * @fd: a file, open for reading
 * @contents: (out caller-allocates): what is in it
 * @error: return location for an error
 *
 * Reads a journal as far as it is intact. Nothing in the file is believed:
 * lengths are limited, checksums and normal form checked, and the table takes
 * no event that makes no sense. What is damaged is left out and counted; what
 * is not intact at the end is a torn write. Needs as much memory as the
 * records do and 2 MiB.
 *
 * Errors: %HOIST_ERROR_STORE_DAMAGED if the disk cannot be read, or if the file
 * is of another version.
 *
 * Returns: whether @contents is set
 */
gboolean
hoist_journal_read (int fd, HoistJournalContents *contents, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (HOIST_FRAME_MAX_BYTES + READ_BYTES);
  Window window = { fd, buffer, 0, 0, 0, MAX_BYTES_IN_VAIN, FALSE };
  g_auto (HoistJournalContents) found = { hoist_record_table_new (), 0, 0, 0, 0 };

  if (!read_header (&window, &found, error) || !read_frames (&window, &found, error))
    return FALSE;
  found.cut_bytes = window.start_bytes - found.size_bytes;
  *contents = found;
  found.records = NULL;
  return TRUE;
}

/**
 * hoist_journal_contents_clear:
 * @contents: contents
 *
 * Frees what is in @contents.
 */
void
hoist_journal_contents_clear (HoistJournalContents *contents)
{
  g_clear_pointer (&contents->records, g_hash_table_unref);
}
