/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Drops from Qt programs on X11. Whoever asks for what is dragged has to name the
 * time that the source sent with its last message (XDND 5, «XdndPosition» and
 * «XdndDrop»). GTK 4 names none (CurrentTime), and asks with a window that the
 * source never saw: Qt 5 cannot tell which of its drags is meant and answers
 * nothing, so that a drop from Dolphin never comes. GTK has no API for it:
 * therefore XConvertSelection() is ours, here, and puts the time in. It can go when
 * GTK names the time; tests/e2e/test-drags.py has Dolphin for it. */

#include "config.h"

#include "hoist-drop-time.h"

#include <dlfcn.h>
#include <gdk/x11/gdkx.h>

/* Where the times are in the messages' data. */
#define POSITION_TIME 3
#define DROP_TIME 2

/* Of the program's only display; the main thread alone speaks to it. */
static struct
{
  Display *display;
  Atom selection, enter, position, drop;
  Time time; /* CurrentTime if no drag is over a window */
} watched;

typedef int (*ConvertSelection) (Display *display,
                                 Atom selection,
                                 Atom target,
                                 Atom property,
                                 Window requestor,
                                 Time time);

/* Xlib's is called by this name from GTK's library; the program's own comes first. */
__attribute__ ((visibility ("default"))) int
XConvertSelection (Display *display,
                   Atom selection,
                   Atom target,
                   Atom property,
                   Window requestor,
                   Time time)
{
  static ConvertSelection convert_selection;

  if (convert_selection == NULL)
    convert_selection = (ConvertSelection) dlsym (RTLD_NEXT, "XConvertSelection");
  if (time == CurrentTime && display == watched.display && selection == watched.selection)
    time = watched.time;
  return convert_selection (display, selection, target, property, requestor, time);
}

static gboolean
xevent_cb (GdkX11Display *display, const XEvent *event)
{
  const XClientMessageEvent *message = &event->xclient;

  if (event->type != ClientMessage)
    return GDK_EVENT_PROPAGATE;
  if (message->message_type == watched.enter)
    watched.time = CurrentTime;
  else if (message->message_type == watched.position)
    watched.time = (guint32) message->data.l[POSITION_TIME];
  else if (message->message_type == watched.drop)
    watched.time = (guint32) message->data.l[DROP_TIME];
  return GDK_EVENT_PROPAGATE;
}

/**
 * hoist_drop_time_watch:
 * @display: where the window is
 *
 * Has what is dropped from other programs asked for with the time of the drop,
 * without which Qt gives nothing. Only X11 needs it: on other displays nothing is
 * done, and nothing when it is done already. To be called in the main thread.
 */
void
hoist_drop_time_watch (GdkDisplay *display)
{
  if (!GDK_IS_X11_DISPLAY (display) || watched.display != NULL)
    return;
  watched.display = gdk_x11_display_get_xdisplay (display);
  watched.selection = gdk_x11_get_xatom_by_name_for_display (display, "XdndSelection");
  watched.enter = gdk_x11_get_xatom_by_name_for_display (display, "XdndEnter");
  watched.position = gdk_x11_get_xatom_by_name_for_display (display, "XdndPosition");
  watched.drop = gdk_x11_get_xatom_by_name_for_display (display, "XdndDrop");
  g_signal_connect (display, "xevent", G_CALLBACK (xevent_cb), NULL);
}
