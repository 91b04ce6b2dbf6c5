/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-cli-console.h"

#include <string.h>
#include <sys/ioctl.h>

#define DEFAULT_COLUMNS 80

/* ECMA-48: to the first column; erase to the end of the line. */
#define CLEAR_LINE "\r\033[K"

/**
 * HoistCliConsole:
 *
 * Where hoistctl writes. Text is UTF-8 and is converted to the terminal's
 * encoding. What comes from outside is escaped by who passes it in
 * ([func@hoist_cli_text_escape]).
 */
struct _HoistCliConsole
{
  GObject parent_instance;

  GOutputStream *out; /* (owned) */
  GOutputStream *err; /* (owned) */
  int terminal_fd;    /* -1 = none, or its width is fixed */
  guint columns;      /* 0 = ask the terminal */
  char *status;       /* (owned) (nullable) the line that is drawn in place */
};

G_DEFINE_FINAL_TYPE (HoistCliConsole, hoist_cli_console, G_TYPE_OBJECT)

static void
hoist_cli_console_finalize (GObject *object)
{
  HoistCliConsole *self = HOIST_CLI_CONSOLE (object);

  g_clear_object (&self->out);
  g_clear_object (&self->err);
  g_clear_pointer (&self->status, g_free);

  G_OBJECT_CLASS (hoist_cli_console_parent_class)->finalize (object);
}

static void
hoist_cli_console_class_init (HoistCliConsoleClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hoist_cli_console_finalize;
}

static void
hoist_cli_console_init (HoistCliConsole *self)
{
  self->terminal_fd = -1;
}

/**
 * hoist_cli_console_new:
 * @out: where results go
 * @err: where everything else goes
 *
 * Makes a console that is no terminal.
 *
 * Returns: (transfer full): the console
 */
HoistCliConsole *
hoist_cli_console_new (GOutputStream *out, GOutputStream *err)
{
  HoistCliConsole *self = g_object_new (HOIST_TYPE_CLI_CONSOLE, NULL);

  self->out = g_object_ref (out);
  self->err = g_object_ref (err);
  return self;
}

/**
 * hoist_cli_console_set_terminal:
 * @self: the console
 * @fd: the terminal that both streams lead to; -1 = they do not
 *
 * Says that there is a terminal, so that a status line can be drawn.
 */
void
hoist_cli_console_set_terminal (HoistCliConsole *self, int fd)
{
  self->terminal_fd = fd;
  self->columns = 0;
}

/**
 * hoist_cli_console_set_columns:
 * @self: the console
 * @columns: the width of the terminal that both streams lead to; 0 = ask it
 *
 * Fixes the width.
 */
void
hoist_cli_console_set_columns (HoistCliConsole *self, guint columns)
{
  self->columns = columns;
}

/**
 * hoist_cli_console_is_terminal:
 * @self: the console
 *
 * Tells whether a status line is drawn.
 *
 * Returns: whether there is a terminal
 */
gboolean
hoist_cli_console_is_terminal (HoistCliConsole *self)
{
  return self->terminal_fd >= 0 || self->columns > 0;
}

/**
 * hoist_cli_console_get_columns:
 * @self: the console
 *
 * Asks how wide the terminal is now.
 *
 * Returns: its columns
 */
guint
hoist_cli_console_get_columns (HoistCliConsole *self)
{
  struct winsize size = { 0 };

  if (self->columns > 0)
    return self->columns;
  if (self->terminal_fd >= 0 && ioctl (self->terminal_fd, TIOCGWINSZ, &size) == 0 &&
      size.ws_col > 0)
    return size.ws_col;
  return DEFAULT_COLUMNS;
}

/* A pipe that nobody reads any more, or a full disk, is no reason to stop an upload, and there is
 * nowhere to tell it. */
static void
write_text (GOutputStream *stream, const char *text)
{
  const char *charset;

  if (g_get_charset (&charset))
    {
      g_output_stream_write_all (stream, text, strlen (text), NULL, NULL, NULL);
    }
  else
    {
      gsize length;
      g_autofree char *converted =
        g_convert_with_fallback (text, -1, charset, "UTF-8", "?", NULL, &length, NULL);

      if (converted != NULL)
        g_output_stream_write_all (stream, converted, length, NULL, NULL, NULL);
    }
  g_output_stream_flush (stream, NULL, NULL);
}

static void
draw_status (HoistCliConsole *self)
{
  g_autofree char *text = g_strconcat (CLEAR_LINE, self->status, NULL);

  write_text (self->err, text);
}

static void
write_line (HoistCliConsole *self, GOutputStream *stream, const char *prefix, const char *line)
{
  g_autofree char *text = g_strconcat (prefix, line, "\n", NULL);

  if (self->status != NULL)
    write_text (self->err, CLEAR_LINE);
  write_text (stream, text);
  if (self->status != NULL)
    draw_status (self);
}

/**
 * hoist_cli_console_print:
 * @self: the console
 * @format: a printf format
 * @...: its arguments
 *
 * Prints a line of results.
 */
void
hoist_cli_console_print (HoistCliConsole *self, const char *format, ...)
{
  g_autofree char *line = NULL;
  va_list arguments;

  va_start (arguments, format);
  line = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  write_line (self, self->out, "", line);
}

/**
 * hoist_cli_console_print_note:
 * @self: the console
 * @format: a printf format
 * @...: its arguments
 *
 * Prints a line for people that is no result.
 */
void
hoist_cli_console_print_note (HoistCliConsole *self, const char *format, ...)
{
  g_autofree char *line = NULL;
  va_list arguments;

  va_start (arguments, format);
  line = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  write_line (self, self->err, "", line);
}

/**
 * hoist_cli_console_print_error:
 * @self: the console
 * @format: a printf format
 * @...: its arguments
 *
 * Prints what went wrong, with the program's name.
 */
void
hoist_cli_console_print_error (HoistCliConsole *self, const char *format, ...)
{
  g_autofree char *line = NULL;
  va_list arguments;

  va_start (arguments, format);
  line = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  write_line (self, self->err, "hoistctl: ", line);
}

/**
 * hoist_cli_console_print_raw:
 * @self: the console
 * @line: UTF-8, without an end of line
 *
 * Prints a line of results for programs: in UTF-8, whatever the terminal's
 * encoding is.
 */
void
hoist_cli_console_print_raw (HoistCliConsole *self, const char *line)
{
  g_autofree char *text = g_strconcat (line, "\n", NULL);

  g_output_stream_write_all (self->out, text, strlen (text), NULL, NULL, NULL);
  g_output_stream_flush (self->out, NULL, NULL);
}

/**
 * hoist_cli_console_set_status:
 * @self: the console
 * @line: (nullable): what the status line shows; %NULL takes it away
 *
 * Draws the status line. Nothing happens where there is no terminal.
 */
void
hoist_cli_console_set_status (HoistCliConsole *self, const char *line)
{
  if (!hoist_cli_console_is_terminal (self) || g_strcmp0 (line, self->status) == 0)
    return;
  g_free (self->status);
  self->status = g_strdup (line);
  if (self->status != NULL)
    draw_status (self);
  else
    write_text (self->err, CLEAR_LINE);
}
