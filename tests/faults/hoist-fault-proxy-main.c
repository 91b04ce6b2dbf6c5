/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hoist-fault-proxy [--listen ADDRESS:PORT] [--log FILE]
 *
 * The fault proxy as a program. Prints `listening on URL`, then obeys what is
 * written to its standard input, a line each, and answers each with a line that
 * begins with `ok` or `error`; ends with the input:
 *   servers API-ADDRESS S3-ADDRESS   where requests go: at first it has nowhere
 *   script FILE                      what goes wrong from now on
 *   release                          requests that are held go on
 *   cut                              all connections end
 *   down, up                         the port is refused, or not any more
 *   trip BYTES                       prints `tripped` when so much more has travelled
 *   idle                             answered when no connection is left
 *   noted                            answered when the log has all that clients know
 *   count                            answered with the number of requests so far
 *   held                             answered with the number of requests that are held now */

#include <stdlib.h>
#include <string.h>

#include "hoist-fault-proxy.h"

static gboolean
load_script (HoistFaultProxy *proxy, const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GPtrArray) rules = NULL;
  guint64 seed;

  if (!g_file_get_contents (path, &text, NULL, error))
    return FALSE;
  rules = hoist_fault_rules_parse (text, &seed, error);
  if (rules == NULL)
    return FALSE;
  hoist_fault_proxy_set_rules (proxy, rules, seed);
  return TRUE;
}

/* One write, since it may come from another thread. */
static void
say (const char *line)
{
  g_autofree char *text = g_strconcat (line, "\n", NULL);

  fputs (text, stdout);
  fflush (stdout);
}

static void
tripped_cb (gpointer user_data)
{
  say ("tripped");
}

static gboolean
obey_word (HoistFaultProxy *proxy, const char *word)
{
  if (g_str_equal (word, "release"))
    hoist_fault_proxy_release (proxy);
  else if (g_str_equal (word, "cut"))
    hoist_fault_proxy_cut (proxy);
  else if (g_str_equal (word, "down"))
    hoist_fault_proxy_set_down (proxy, TRUE);
  else if (g_str_equal (word, "up"))
    hoist_fault_proxy_set_down (proxy, FALSE);
  else if (g_str_equal (word, "idle"))
    hoist_fault_proxy_wait_until_idle (proxy);
  else if (g_str_equal (word, "noted"))
    hoist_fault_proxy_wait_until_noted (proxy);
  else
    return FALSE;
  return TRUE;
}

static gboolean
obey (HoistFaultProxy *proxy, GStrv words, GError **error)
{
  guint n = g_strv_length (words);

  if (n == 3 && g_str_equal (words[0], "servers"))
    return hoist_fault_proxy_set_servers (proxy, words[1], words[2], error);
  if (n == 2 && g_str_equal (words[0], "script"))
    return load_script (proxy, words[1], error);
  if (n == 2 && g_str_equal (words[0], "trip"))
    {
      hoist_fault_proxy_trip (proxy, g_ascii_strtoull (words[1], NULL, 10), tripped_cb, NULL);
      return TRUE;
    }
  if (n == 1 && obey_word (proxy, words[0]))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%s is not understood",
               n > 0 ? words[0] : "nothing");
  return FALSE;
}

static void
serve (HoistFaultProxy *proxy)
{
  char line[4096];

  while (fgets (line, sizeof line, stdin) != NULL)
    {
      g_auto (GStrv) words = g_strsplit (g_strstrip (line), " ", 3);
      g_autoptr (GError) error = NULL;
      g_autofree char *answer = NULL;

      if (g_strcmp0 (words[0], "count") == 0)
        answer =
          g_strdup_printf ("ok %" G_GUINT64_FORMAT, hoist_fault_proxy_count_requests (proxy));
      else if (g_strcmp0 (words[0], "held") == 0)
        answer = g_strdup_printf ("ok %u", hoist_fault_proxy_count_held (proxy));
      else if (obey (proxy, words, &error))
        answer = g_strdup ("ok");
      else
        answer = g_strdup_printf ("error %s", error->message);
      say (answer);
    }
}

int
main (int argc, char *argv[])
{
  g_autofree char *listen = g_strdup ("127.0.0.1:0");
  g_autofree char *log = NULL;
  const GOptionEntry entries[] = {
    { "listen", 0, 0, G_OPTION_ARG_STRING, &listen, "Where to listen", "ADDRESS:PORT" },
    { "log", 0, 0, G_OPTION_ARG_FILENAME, &log, "Write a line of JSON a request", "FILE" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- misbehave by a script");
  HoistFaultProxy *proxy = hoist_fault_proxy_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *url = NULL;
  FILE *file = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) ||
      !hoist_fault_proxy_listen (proxy, listen, &error))
    {
      g_printerr ("hoist-fault-proxy: %s\n", error->message);
      return EXIT_FAILURE;
    }
  if (log != NULL && (file = fopen (log, "ae")) == NULL)
    {
      g_printerr ("hoist-fault-proxy: cannot write %s\n", log);
      return EXIT_FAILURE;
    }
  hoist_fault_proxy_set_log (proxy, file);
  url = hoist_fault_proxy_dup_url (proxy);
  g_print ("listening on %s\n", url);
  fflush (stdout);
  serve (proxy);
  hoist_fault_proxy_free (proxy);
  if (file != NULL)
    fclose (file);
  return EXIT_SUCCESS;
}
