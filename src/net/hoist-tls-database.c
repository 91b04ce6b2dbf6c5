/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-net.h"

/* The system's roots and a file of further ones. GIO knows either, not both;
 * a merged file would have to be written somewhere and kept up to date. */

#define HOIST_TYPE_TLS_DATABASE (hoist_tls_database_get_type ())
G_DECLARE_FINAL_TYPE (HoistTlsDatabase, hoist_tls_database, HOIST, TLS_DATABASE, GTlsDatabase)

struct _HoistTlsDatabase
{
  GTlsDatabase parent_instance;

  GTlsDatabase *system; /* (owned) */
  GTlsDatabase *extra;  /* (owned) */
};

G_DEFINE_FINAL_TYPE (HoistTlsDatabase, hoist_tls_database, G_TYPE_TLS_DATABASE)

/* Runs in the handshake's thread; both databases lock for themselves. Each of
 * them checks the whole chain, its dates and the host name, so that one that is
 * content is enough, and the answers are never mixed. */
static GTlsCertificateFlags
hoist_tls_database_verify_chain (GTlsDatabase *database,
                                 GTlsCertificate *chain,
                                 const char *purpose,
                                 GSocketConnectable *identity,
                                 GTlsInteraction *interaction,
                                 GTlsDatabaseVerifyFlags flags,
                                 GCancellable *cancellable,
                                 GError **error)
{
  HoistTlsDatabase *self = HOIST_TLS_DATABASE (database);
  GTlsCertificateFlags by_system;
  GTlsCertificateFlags by_extra;

  by_system = g_tls_database_verify_chain (self->system, chain, purpose, identity, interaction,
                                           flags, cancellable, NULL);
  if (by_system == 0)
    return 0;
  by_extra = g_tls_database_verify_chain (self->extra, chain, purpose, identity, interaction, flags,
                                          cancellable, error);
  /* Tell the faults of the one that knows the issuer. */
  return by_extra & G_TLS_CERTIFICATE_UNKNOWN_CA ? by_system : by_extra;
}

static void
hoist_tls_database_finalize (GObject *object)
{
  HoistTlsDatabase *self = HOIST_TLS_DATABASE (object);

  g_clear_object (&self->system);
  g_clear_object (&self->extra);
  G_OBJECT_CLASS (hoist_tls_database_parent_class)->finalize (object);
}

static void
hoist_tls_database_class_init (HoistTlsDatabaseClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hoist_tls_database_finalize;
  G_TLS_DATABASE_CLASS (klass)->verify_chain = hoist_tls_database_verify_chain;
}

static void
hoist_tls_database_init (HoistTlsDatabase *self)
{
}

/**
 * hoist_net_tls_database_new:
 * @ca_file: a PEM file of certificates that are trusted besides the system's
 * @error: return location
 *
 * For a backend with a certificate of one's own authority. Host names and dates
 * are checked as ever.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT if the file cannot be read or has no certificate.
 *
 * Returns: (transfer full): the database, for any thread, or %NULL
 */
GTlsDatabase *
hoist_net_tls_database_new (const char *ca_file, GError **error)
{
  g_autofree char *path = g_canonicalize_filename (ca_file, NULL);
  g_autofree char *name = g_filename_display_name (path);
  g_autoptr (GError) reason = NULL;
  GList *certificates;
  HoistTlsDatabase *self;
  g_autoptr (GTlsDatabase) extra = NULL;

  /* A file without any certificate makes a database without complaint. */
  certificates = g_tls_certificate_list_new_from_file (path, &reason);
  if (certificates != NULL)
    extra = g_tls_file_database_new (path, &reason);
  g_list_free_full (certificates, g_object_unref);
  if (extra == NULL)
    {
      /* Translators: a file name, and what is wrong */
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                   _ ("The certificates in %s cannot be used: %s"), name,
                      reason != NULL ? reason->message : _ ("there are none"));
      return NULL;
    }

  self = g_object_new (HOIST_TYPE_TLS_DATABASE, NULL);
  self->system = g_tls_backend_get_default_database (g_tls_backend_get_default ());
  self->extra = g_steal_pointer (&extra);
  return G_TLS_DATABASE (self);
}
