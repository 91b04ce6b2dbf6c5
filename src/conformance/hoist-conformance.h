/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HoistConformanceVerdict:
 * @HOIST_CONFORMANCE_PASSED: the backend keeps the rule
 * @HOIST_CONFORMANCE_FAILED: it does not
 * @HOIST_CONFORMANCE_SKIPPED: it does not offer what the rule is about, or a
 *   rule that this one builds on failed
 *
 * What became of a rule.
 */
typedef enum
{
  HOIST_CONFORMANCE_PASSED,
  HOIST_CONFORMANCE_FAILED,
  HOIST_CONFORMANCE_SKIPPED,
} HoistConformanceVerdict;

/**
 * HoistConformanceFunc:
 * @rule: the rule, as one sentence
 * @verdict: what became of it
 * @detail: (nullable): what was wrong, or why it was skipped
 * @user_data: as given
 *
 * Told of each rule as it ends, in the context that the run was started in.
 */
typedef void (*HoistConformanceFunc) (const char *rule,
                                      HoistConformanceVerdict verdict,
                                      const char *detail,
                                      gpointer user_data);

void hoist_conformance_run_async (const char *url,
                                  const char *token,
                                  const char *ca_file,
                                  HoistConformanceFunc func,
                                  gpointer func_data,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
char *hoist_conformance_run_finish (GAsyncResult *result, GError **error);

G_END_DECLS
