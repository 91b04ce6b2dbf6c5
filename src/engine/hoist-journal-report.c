/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-journal.h"

/**
 * hoist_journal_report_describe:
 * @report: what was found when a journal was opened
 *
 * Says what a person should know. A torn end is what every crash may leave, and
 * nothing that was called done is in it: nothing is said of it.
 *
 * Returns: (transfer full) (nullable): sentences; %NULL if all is in order
 */
char *
hoist_journal_report_describe (const HoistJournalReport *report)
{
  if (report->n_damaged == 0)
    return NULL;
  return g_strdup_printf (
    g_dngettext (GETTEXT_PACKAGE,
                 /* Translators: %s is a file's path */
                 "%u entry could not be read; the rest is there. The damaged file was kept as %s.",
                 "%u entries could not be read; the rest is there. The damaged file was kept as "
                 "%s.",
                 report->n_damaged),
    report->n_damaged, report->kept_aside_path != NULL ? report->kept_aside_path : "—");
}

/**
 * hoist_journal_report_clear:
 * @report: a report
 *
 * Frees what is in @report.
 */
void
hoist_journal_report_clear (HoistJournalReport *report)
{
  g_clear_pointer (&report->kept_aside_path, g_free);
}
