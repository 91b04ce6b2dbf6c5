/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-unfinished-format.h"

#include <glib/gi18n-lib.h>

#define MINUTE_S 60
#define HOUR_S (60 * MINUTE_S)
#define DAY_S (24 * HOUR_S)

/* Another computer that is paused over night is not gone. */
#define ALIVE_S DAY_S

/**
 * hoist_unfinished_format_age:
 * @unfinished: an upload
 * @now_us: real time
 *
 * Says when something was last heard of it. The time is the server's.
 *
 * Returns: (transfer full): «3 days ago»
 */
char *
hoist_unfinished_format_age (const HoistUnfinished *unfinished, gint64 now_us)
{
  gint64 last_us = hoist_unfinished_get_last_us (unfinished);
  gint64 age_s = MAX (now_us - last_us, 0) / G_USEC_PER_SEC;

  if (last_us == 0)
    /* Translators: in the place of “3 days ago”, of an unfinished upload */
    return g_strdup (_ ("some time ago"));
  if (age_s < 2 * MINUTE_S)
    return g_strdup (_ ("just now"));
  if (age_s < 2 * HOUR_S)
    return g_strdup_printf (ngettext ("%u minute ago", "%u minutes ago",
                                      (guint) (age_s / MINUTE_S)),
                            (guint) (age_s / MINUTE_S));
  if (age_s < 2 * DAY_S)
    return g_strdup_printf (ngettext ("%u hour ago", "%u hours ago", (guint) (age_s / HOUR_S)),
                            (guint) (age_s / HOUR_S));
  return g_strdup_printf (ngettext ("%u day ago", "%u days ago", (guint) (age_s / DAY_S)),
                          (guint) (age_s / DAY_S));
}

/**
 * hoist_unfinished_format_size:
 * @unfinished: an upload
 *
 * Says how much the server has of it.
 *
 * Returns: (transfer full): «1.2 GB»
 */
char *
hoist_unfinished_format_size (const HoistUnfinished *unfinished)
{
  if (unfinished->has_size)
    return g_format_size (unfinished->size_bytes);
  /* Translators: in the place of “1.2 GB”, how much a server has of an unfinished upload */
  return g_strdup (_ ("size not known"));
}

/**
 * hoist_unfinished_format_sum:
 * @uploads: (element-type HoistUnfinished): uploads
 * @more: whether there are others besides
 *
 * Says how much they hold together.
 *
 * Returns: (transfer full): «12.4 GB», or «more than 12.4 GB»
 */
char *
hoist_unfinished_format_sum (GPtrArray *uploads, gboolean more)
{
  guint64 sum_bytes = 0;
  g_autofree char *size = NULL;

  for (guint i = 0; i < uploads->len; i++)
    {
      const HoistUnfinished *upload = g_ptr_array_index (uploads, i);

      more |= !upload->has_size;
      if (!g_uint64_checked_add (&sum_bytes, sum_bytes, upload->size_bytes))
        sum_bytes = G_MAXUINT64;
    }
  size = g_format_size (sum_bytes);
  /* Translators: %s is an amount of data, such as “12.4 GB” */
  return more ? g_strdup_printf (_ ("more than %s"), size) : g_steal_pointer (&size);
}

/**
 * hoist_unfinished_may_be_alive:
 * @unfinished: an upload
 * @now_us: real time
 *
 * Tells whether another computer with the same account may still be at it, as far
 * as its age says anything.
 *
 * Returns: whether something was heard of it within a day
 */
gboolean
hoist_unfinished_may_be_alive (const HoistUnfinished *unfinished, gint64 now_us)
{
  gint64 last_us = hoist_unfinished_get_last_us (unfinished);

  return last_us == 0 || now_us - last_us < ALIVE_S * (gint64) G_USEC_PER_SEC;
}
