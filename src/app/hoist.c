/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <locale.h>

#include "hoist-application.h"

int
main (int argc, char *argv[])
{
  g_autoptr (HoistApplication) application = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, HOIST_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name (_ ("Hoist"));
  /* GLib (2.74 to 2.88) reads the types of files anew after the first call of this, and a thread
   * that is guessing one then can be left with what was unmapped: GTK's file chooser does both. */
  g_content_type_get_mime_dirs ();

  application = hoist_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
