/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-cli-context.h"

G_BEGIN_DECLS

/* An uploader that uploads nothing: what a test feeds is what it has done. */
#define FAKE_TYPE_UPLOADER (fake_uploader_get_type ())
G_DECLARE_FINAL_TYPE (FakeUploader, fake_uploader, FAKE, UPLOADER, GObject)

/* A host with a real store of destinations, a keyring in memory and the uploader above. */
#define FAKE_TYPE_HOST (fake_host_get_type ())
G_DECLARE_FINAL_TYPE (FakeHost, fake_host, FAKE, HOST, GObject)

/* Called from the main loop for step 0, 1, … until it returns %FALSE. */
typedef gboolean (*FakeScript) (FakeHost *host, guint step);

struct _FakeUploader
{
  GObject parent_instance;

  HoistUploadList *list; /* (owned) */
  FakeHost *host;        /* (unowned) */
  GStrv added_paths;     /* (owned) (nullable) */
  char *added_to;        /* (owned) (nullable) */
  GString *commands;     /* (owned) `3:1,2;` = HOIST_COMMAND_CANCEL of 1 and 2 */
  GError *add_error;     /* (owned) (nullable) what adding fails with */
  GPtrArray *leftovers;  /* (owned) (element-type HoistUnfinished) told two at a time */
  GError *error;         /* (owned) (nullable) what calls about them fail with */
  HoistReceipt *(*make_receipt) (guint64 id);
  HoistVerification *(*make_verification) (guint64 id, gboolean with_files);
  HoistShare *(*make_share) (guint64 id, guint expires_in_s, GError **error);
  guint n_asked; /* calls for receipts and verifications */
};

struct _FakeHost
{
  GObject parent_instance;

  HoistDestinationStore *store; /* (owned) */
  char *folder;                 /* (owned) */
  GHashTable *tokens;           /* (owned) id -> token, the keyring */
  gboolean no_keyring;
  FakeUploader *uploader; /* (owned) */
  gboolean remote;
  const char *token_problem;
  GError *open_error;     /* (owned) (nullable) */
  GError *close_error;    /* (owned) (nullable) */
  GError *probe_error;    /* (owned) (nullable) */
  char *probed_token;     /* (owned) (nullable) */
  HoistCliLimits limits;  /* of the last opening */
  HoistDestination *used; /* (owned) (nullable) for this run only */
  char *used_token;       /* (owned) (nullable) */
  guint n_opened, n_closed;
  gboolean hangs_on_close;
  FakeScript script; /* run after adding or a command */
  guint step;
  FakeScript next_script;   /* (nullable) when it was opened anew */
  guint n_errors_left;      /* times that it is opened anew before adding works; 0 = never */
  HoistCliContext *context; /* (unowned) (nullable) */
  const char *terminal;     /* (unowned) (nullable) where questions are asked */
};

/* What a test feeds: an upload as it is now. */
typedef struct
{
  guint64 id;
  const char *name;
  HoistUploadState state;
  guint64 size_bytes;
  guint64 sent_bytes;
  int error_code; /* 0 = none, else a HoistError */
  const char *message;
  const char *location;
  guint64 batch;
  gboolean restored;
  const char *key;
} FakeUpload;

#define FAKE_BATCH 7

FakeHost *fake_host_new (void);
void fake_host_asks_iface_init (HoistCliHostInterface *iface);
void fake_host_feed (FakeHost *self, const FakeUpload *uploads, guint n);
void fake_host_remove (FakeHost *self, guint64 id);
void fake_host_finish_batch (FakeHost *self, guint n_files);
void fake_host_add_destination (FakeHost *self, const char *name, const char *url);

/* A run of hoistctl with all that it wrote. */
typedef struct
{
  int status;
  char *out; /* (owned) */
  char *err; /* (owned) */
} FakeRun;

/* The words of @line are its arguments. @columns: 0 = no terminal. */
void fake_run (FakeRun *run, FakeHost *host, guint columns, const char *line, const char *input);
void fake_run_clear (FakeRun *run);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FakeRun, fake_run_clear)

G_END_DECLS
