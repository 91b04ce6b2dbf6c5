/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-destination-store.h"
#include "hoist-uploader.h"

G_BEGIN_DECLS

/**
 * HoistCliLimits:
 * @transfer: parts at a time and bandwidth
 * @metered: whether to use a network that costs by the byte; this holds for the
 *   engine of another process, too
 * @low_power: whether to upload on a low battery and in power saver mode; for another
 *   process's engine, too
 * @give_up_us: time without any progress after which an upload fails; 0 = the default
 * @no_sha256: whether to do without the SHA-256 of whole files
 *
 * How an engine in this process is to work.
 */
typedef struct
{
  HoistLimits transfer;
  gint64 give_up_us;
  gboolean no_sha256;
  gboolean metered;
  gboolean low_power;
} HoistCliLimits;

/**
 * HoistCliHost:
 *
 * What the commands of hoistctl need and cannot build themselves: the engine,
 * the keyring, the network. The program implements it, and a test does.
 */
#define HOIST_TYPE_CLI_HOST (hoist_cli_host_get_type ())
G_DECLARE_INTERFACE (HoistCliHost, hoist_cli_host, HOIST, CLI_HOST, GObject)

struct _HoistCliHostInterface
{
  GTypeInterface parent_iface;

  HoistDestinationStore *(*get_destinations) (HoistCliHost *self);
  void (*use_destination) (HoistCliHost *self, HoistDestination *destination, const char *token);
  void (*set_token_async) (HoistCliHost *self,
                           HoistDestination *destination,
                           const char *token,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
  gboolean (*set_token_finish) (HoistCliHost *self, GAsyncResult *result, GError **error);
  void (*probe_async) (HoistCliHost *self,
                       HoistDestination *destination,
                       const char *token,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data);
  char *(*probe_finish) (HoistCliHost *self, GAsyncResult *result, GError **error);
  void (*list_buckets_async) (HoistCliHost *self,
                              HoistDestination *destination,
                              const char *keys,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
  GStrv (*list_buckets_finish) (HoistCliHost *self, GAsyncResult *result, GError **error);
  void (*detect_async) (HoistCliHost *self,
                        HoistDestination *destination,
                        const char *token,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data);
  HoistDestination *(*detect_finish) (HoistCliHost *self, GAsyncResult *result, GError **error);
  void (*open_async) (HoistCliHost *self,
                      const HoistCliLimits *limits,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data);
  HoistUploader *(*open_finish) (HoistCliHost *self, GAsyncResult *result, GError **error);
  gboolean (*is_remote) (HoistCliHost *self);
  const char *(*get_token_problem) (HoistCliHost *self);
  void (*close_async) (HoistCliHost *self, GAsyncReadyCallback callback, gpointer user_data);
  gboolean (*close_finish) (HoistCliHost *self, GAsyncResult *result, GError **error);
};

HoistDestinationStore *hoist_cli_host_get_destinations (HoistCliHost *self);
void hoist_cli_host_use_destination (HoistCliHost *self,
                                     HoistDestination *destination,
                                     const char *token);
void hoist_cli_host_set_token_async (HoistCliHost *self,
                                     HoistDestination *destination,
                                     const char *token,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
gboolean hoist_cli_host_set_token_finish (HoistCliHost *self, GAsyncResult *result, GError **error);
void hoist_cli_host_probe_async (HoistCliHost *self,
                                 HoistDestination *destination,
                                 const char *token,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
char *hoist_cli_host_probe_finish (HoistCliHost *self, GAsyncResult *result, GError **error);
void hoist_cli_host_list_buckets_async (HoistCliHost *self,
                                        HoistDestination *destination,
                                        const char *keys,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
GStrv hoist_cli_host_list_buckets_finish (HoistCliHost *self, GAsyncResult *result, GError **error);
void hoist_cli_host_detect_async (HoistCliHost *self,
                                  HoistDestination *destination,
                                  const char *token,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
HoistDestination *hoist_cli_host_detect_finish (HoistCliHost *self,
                                                GAsyncResult *result,
                                                GError **error);
void hoist_cli_host_open_async (HoistCliHost *self,
                                const HoistCliLimits *limits,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
HoistUploader *hoist_cli_host_open_finish (HoistCliHost *self,
                                           GAsyncResult *result,
                                           GError **error);
gboolean hoist_cli_host_is_remote (HoistCliHost *self);
const char *hoist_cli_host_get_token_problem (HoistCliHost *self);
void hoist_cli_host_close_async (HoistCliHost *self,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean hoist_cli_host_close_finish (HoistCliHost *self, GAsyncResult *result, GError **error);

G_END_DECLS
