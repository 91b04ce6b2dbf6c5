/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HoistSecretVerdict:
 * @HOIST_SECRET_FOUND: it is there
 * @HOIST_SECRET_NOT_THERE: there is a keyring, without it
 * @HOIST_SECRET_LOCKED: the keyring is locked, and nobody unlocked it
 * @HOIST_SECRET_NO_KEYRING: there is no keyring, or it does not work
 * @HOIST_SECRET_UNKNOWN: cancelled before it was known
 *
 * What the keyring has to say of a secret.
 */
typedef enum
{
  HOIST_SECRET_FOUND,
  HOIST_SECRET_NOT_THERE,
  HOIST_SECRET_LOCKED,
  HOIST_SECRET_NO_KEYRING,
  HOIST_SECRET_UNKNOWN,
} HoistSecretVerdict;

typedef enum
{
  HOIST_SECRET_VERB_LOOKUP,
  HOIST_SECRET_VERB_STORE,
  HOIST_SECRET_VERB_REMOVE,
} HoistSecretVerb;

/**
 * HoistSecretRequest:
 * @verb: what to do
 * @id: the destination's id
 * @label: (nullable): what the keyring shows; to store only
 * @token: (nullable): to store only
 * @may_prompt: whether a person may be asked to unlock the keyring
 * @answer_ms: how long the keyring may take to answer, in ms
 * @prompt_ms: how long a person may take to answer, in ms
 *
 * What is asked of the keyring.
 */
typedef struct
{
  HoistSecretVerb verb;
  const char *id;
  const char *label;
  const char *token;
  gboolean may_prompt;
  guint answer_ms;
  guint prompt_ms;
} HoistSecretRequest;

void hoist_secret_call_async (const HoistSecretRequest *request,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
HoistSecretVerdict hoist_secret_call_finish (GAsyncResult *result, char **token, GError **error);
void hoist_secret_free (char *secret);

G_END_DECLS
