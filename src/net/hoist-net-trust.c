/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-net-trust.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-net.h"

struct _HoistNetTrust
{
  GObject parent_instance;

  GTlsDatabase *database;       /* (owned) (nullable) null = the system's roots */
  GTlsCertificate *certificate; /* (owned) (nullable) shown to servers that ask for one */
};

G_DEFINE_FINAL_TYPE (HoistNetTrust, hoist_net_trust, G_TYPE_OBJECT)

static void
hoist_net_trust_finalize (GObject *object)
{
  HoistNetTrust *self = HOIST_NET_TRUST (object);

  g_clear_object (&self->database);
  g_clear_object (&self->certificate);
  G_OBJECT_CLASS (hoist_net_trust_parent_class)->finalize (object);
}

static void
hoist_net_trust_class_init (HoistNetTrustClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hoist_net_trust_finalize;
}

static void
hoist_net_trust_init (HoistNetTrust *self)
{
}

static GTlsCertificate *
read_certificate (const char *file, const char *key_file, GError **error)
{
  g_autofree char *name = g_filename_display_name (file);
  g_autoptr (GError) reason = NULL;
  g_autoptr (GTlsCertificate) certificate =
    key_file != NULL ? g_tls_certificate_new_from_files (file, key_file, &reason)
                     : g_tls_certificate_new_from_file (file, &reason);
  g_autofree char *key = NULL;

  /* One without a key can be read, and is of no use. */
  if (certificate != NULL)
    g_object_get (certificate, "private-key-pem", &key, NULL);
  if (key != NULL)
    {
      explicit_bzero (key, strlen (key));
      return g_steal_pointer (&certificate);
    }
  /* Translators: a file name, and what is wrong */
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
               _ ("The client certificate in %s cannot be used: %s"), name,
                  reason != NULL ? reason->message : _ ("its private key is missing"));
  return NULL;
}

/**
 * hoist_net_trust_new:
 * @ca_file: (nullable): a PEM file of certificates that are trusted besides the system's
 * @certificate_file: (nullable): a PEM file with a certificate
 * @key_file: (nullable): a PEM file with its private key; %NULL if that is in the same file
 * @error: return location
 *
 * Reads the files.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT if one of them cannot be used.
 *
 * Returns: (transfer full): whom to trust, or %NULL
 */
HoistNetTrust *
hoist_net_trust_new (const char *ca_file,
                     const char *certificate_file,
                     const char *key_file,
                     GError **error)
{
  g_autoptr (HoistNetTrust) self = g_object_new (HOIST_TYPE_NET_TRUST, NULL);

  if (ca_file != NULL)
    {
      self->database = hoist_net_tls_database_new (ca_file, error);
      if (self->database == NULL)
        return NULL;
    }
  if (certificate_file != NULL)
    {
      self->certificate = read_certificate (certificate_file, key_file, error);
      if (self->certificate == NULL)
        return NULL;
    }
  return g_steal_pointer (&self);
}

/**
 * hoist_net_trust_get_database:
 * @self: whom to trust
 *
 * Returns: (transfer none) (nullable): the certificates; %NULL = the system's
 */
GTlsDatabase *
hoist_net_trust_get_database (HoistNetTrust *self)
{
  return self->database;
}

/**
 * hoist_net_trust_get_certificate:
 * @self: whom to trust
 *
 * Returns: (transfer none) (nullable): what is shown to servers that ask who we are
 */
GTlsCertificate *
hoist_net_trust_get_certificate (HoistNetTrust *self)
{
  return self->certificate;
}
