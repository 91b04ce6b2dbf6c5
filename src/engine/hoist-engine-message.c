/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the main thread and the engine thread say to each other. */

#include "hoist-engine-private.h"

/**
 * hoist_engine_message_new:
 * @engine: an engine
 *
 * Returns: (transfer full): an empty message of one of its threads to the other
 */
HoistEngineMessage *
hoist_engine_message_new (HoistEngine *engine)
{
  HoistEngineMessage *message = g_new0 (HoistEngineMessage, 1);

  message->engine = g_object_ref (engine);
  return message;
}

/**
 * hoist_engine_message_free:
 * @message: (transfer full): a message, on the main thread
 *
 * Frees @message and what is in it.
 */
void
hoist_engine_message_free (HoistEngineMessage *message)
{
  g_clear_object (&message->task);
  g_strfreev (message->paths);
  g_free (message->text);
  g_clear_pointer (&message->provider_config, hoist_provider_config_unref);
  g_clear_pointer (&message->ids, g_array_unref);
  g_clear_error (&message->error);
  g_clear_pointer (&message->uploads, g_ptr_array_unref);
  g_free (message->after);
  g_object_unref (message->engine);
  g_free (message);
}

static gboolean
release_engine_cb (gpointer data)
{
  hoist_engine_message_free (data);
  return G_SOURCE_REMOVE;
}

/* The engine's last reference must not go on its own thread, which it joins. */
static void
message_free_on_main (gpointer data)
{
  HoistEngineMessage *message = data;

  g_main_context_invoke (message->engine->main_context, release_engine_cb, message);
}

/* An engine that stops takes no more orders. */
static void
refuse (HoistEngineMessage *message)
{
  if (message->task != NULL)
    g_task_return_new_error (message->task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Stopping");
  hoist_engine_message_free (message);
}

/**
 * hoist_engine_post:
 * @self: an engine
 * @func: called on the engine thread, with @message
 * @message: (transfer full): what is asked
 *
 * Sends an order to the engine thread. One that stops refuses it.
 */
void
hoist_engine_post (HoistEngine *self, GSourceFunc func, HoistEngineMessage *message)
{
  g_autoptr (GSource) source = NULL;

  if (self->stopping)
    {
      refuse (message);
      return;
    }
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, message, message_free_on_main);
  g_source_attach (source, self->context);
}

/**
 * hoist_engine_post_to_main:
 * @self: an engine, on its own thread
 * @func: called on the main thread, with @message
 * @message: (transfer full): what is told
 *
 * Tells the main thread, below redraws: a busy engine never delays a frame.
 */
void
hoist_engine_post_to_main (HoistEngine *self, GSourceFunc func, HoistEngineMessage *message)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT_IDLE);
  g_source_set_callback (source, func, message, (GDestroyNotify) hoist_engine_message_free);
  g_source_attach (source, self->main_context);
}
