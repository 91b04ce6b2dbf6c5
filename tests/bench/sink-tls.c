/* SPDX-License-Identifier: GPL-3.0-or-later */

/* TLS 1.3 that decrypts only what is to be read. A server that decrypts costs as much as
 * a client that encrypts, and on a machine with few processors the client would be
 * measured together with it. The length of a record is not secret, and the nonce of
 * each is its number (RFC 8446, section 5.3): so OpenSSL shakes hands and writes, and what
 * comes in is counted here, and decrypted where it is no body. Of no use but for
 * measuring: nobody looks whether what is skipped is genuine. */

#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/ssl.h>
#include <string.h>
#include <sys/socket.h>

#include "sink.h"

#define HEADER_BYTES 5
#define TAG_BYTES 16
#define IV_BYTES 12
#define KEY_BYTES 32
#define SECRET_BYTES 48 /* of SHA-384 */
#define BUFFER_BYTES (256 << 10)
/* Alerts and such are shorter: they are always read. */
#define MIN_SKIPPED_BYTES 64

struct _SinkTls
{
  int fd;
  SSL *ssl; /* (owned) */
  guint8 secret[SECRET_BYTES];
  guint8 key[KEY_BYTES];
  guint8 iv[IV_BYTES];
  guint64 n_records;      /* that came since the handshake */
  EVP_CIPHER_CTX *cipher; /* (owned) (nullable) once the handshake is over */
  guint8 *buffer;         /* (owned) of what came and is no whole record yet */
  gsize length;           /* */
};

static void
take_secret_cb (const SSL *ssl, const char *line)
{
  SinkTls *self = SSL_get_app_data (ssl);
  const char *hex = strrchr (line, ' ');

  if (!g_str_has_prefix (line, "CLIENT_TRAFFIC_SECRET_0 ") || strlen (hex + 1) != 2 * SECRET_BYTES)
    return;
  for (guint i = 0; i < SECRET_BYTES; i++)
    self->secret[i] =
      (guint8) (g_ascii_xdigit_value (hex[1 + 2 * i]) << 4 | g_ascii_xdigit_value (hex[2 + 2 * i]));
}

/* Returns: (nullable): what connections are made with */
gpointer
sink_tls_context_new (const char *certificate_file)
{
  SSL_CTX *context = SSL_CTX_new (TLS_server_method ());

  SSL_CTX_set_min_proto_version (context, TLS1_3_VERSION);
  /* The same for all clients. */
  SSL_CTX_set_ciphersuites (context, "TLS_AES_256_GCM_SHA384");
  SSL_CTX_set_keylog_callback (context, take_secret_cb);
  if (SSL_CTX_use_certificate_chain_file (context, certificate_file) == 1 &&
      SSL_CTX_use_PrivateKey_file (context, certificate_file, SSL_FILETYPE_PEM) == 1)
    return context;
  SSL_CTX_free (context);
  return NULL;
}

SinkTls *
sink_tls_new (gpointer context, int fd)
{
  SinkTls *self = g_new0 (SinkTls, 1);

  self->fd = fd;
  self->buffer = g_malloc (BUFFER_BYTES);
  self->ssl = SSL_new (context);
  SSL_set_app_data (self->ssl, self);
  SSL_set_bio (self->ssl, BIO_new (BIO_s_mem ()), BIO_new (BIO_s_mem ()));
  SSL_set_accept_state (self->ssl);
  return self;
}

void
sink_tls_free (SinkTls *self)
{
  SSL_free (self->ssl);
  EVP_CIPHER_CTX_free (self->cipher);
  g_free (self->buffer);
  g_free (self);
}

static gboolean
send_out (SinkTls *self)
{
  char buffer[16384];
  int n_bytes;

  while ((n_bytes = BIO_read (SSL_get_wbio (self->ssl), buffer, sizeof buffer)) > 0)
    if (send (self->fd, buffer, (gsize) n_bytes, MSG_NOSIGNAL) != n_bytes)
      return FALSE;
  return TRUE;
}

gboolean
sink_tls_write (SinkTls *self, const char *data, gsize length)
{
  return SSL_write (self->ssl, data, (int) length) == (int) length && send_out (self);
}

/* HKDF-Expand-Label (RFC 8446, section 7.1) of no more than one hash. */
static void
expand (SinkTls *self, const char *label, guint8 *out, gsize length)
{
  guint8 info[32] = { 0, (guint8) length, (guint8) (6 + strlen (label)) };
  guint8 hash[EVP_MAX_MD_SIZE];
  gsize label_length = strlen (label);

  memcpy (info + 3, "tls13 ", 6);
  memcpy (info + 9, label, label_length);
  info[9 + label_length] = 0;
  info[10 + label_length] = 1;
  HMAC (EVP_sha384 (), self->secret, SECRET_BYTES, info, 11 + label_length, hash, NULL);
  memcpy (out, hash, length);
}

static gboolean
shake_hands (SinkTls *self, const guint8 *record, gsize length)
{
  int status;

  BIO_write (SSL_get_rbio (self->ssl), record, (int) length);
  status = SSL_do_handshake (self->ssl);
  if (!send_out (self))
    return FALSE;
  if (status != 1)
    return SSL_get_error (self->ssl, status) == SSL_ERROR_WANT_READ;
  expand (self, "key", self->key, KEY_BYTES);
  expand (self, "iv", self->iv, IV_BYTES);
  self->cipher = EVP_CIPHER_CTX_new ();
  return EVP_DecryptInit_ex (self->cipher, EVP_aes_256_gcm (), NULL, self->key, NULL) == 1;
}

static gboolean
read_record (SinkTls *self, SinkHttp *http, const guint8 *record, gsize length)
{
  guint8 nonce[IV_BYTES];
  guint8 text[16384 + 256];
  int n_bytes = 0;
  int n_more = 0;

  memcpy (nonce, self->iv, sizeof nonce);
  for (guint i = 0; i < 8; i++)
    nonce[IV_BYTES - 1 - i] ^= (guint8) (self->n_records >> (8 * i));
  length -= TAG_BYTES + HEADER_BYTES;
  EVP_DecryptInit_ex (self->cipher, NULL, NULL, NULL, nonce);
  EVP_CIPHER_CTX_ctrl (self->cipher, EVP_CTRL_GCM_SET_TAG, TAG_BYTES,
                       (void *) (record + HEADER_BYTES + length));
  if (EVP_DecryptUpdate (self->cipher, NULL, &n_bytes, record, HEADER_BYTES) != 1 ||
      EVP_DecryptUpdate (self->cipher, text, &n_bytes, record + HEADER_BYTES, (int) length) != 1 ||
      EVP_DecryptFinal_ex (self->cipher, text + n_bytes, &n_more) != 1)
    return FALSE;
  while (n_bytes > 0 && text[n_bytes - 1] == 0)
    n_bytes--;
  /* An alert: goodbye. Nobody sends so much that keys are changed. */
  if (n_bytes == 0 || text[n_bytes - 1] != SSL3_RT_APPLICATION_DATA)
    return FALSE;
  return sink_http_take (http, (const char *) text, (gsize) n_bytes - 1);
}

static gboolean
take_record (SinkTls *self, SinkHttp *http, const guint8 *record, gsize length)
{
  gsize n_bytes;
  gboolean goes_on;

  if (self->cipher == NULL)
    return shake_hands (self, record, length);
  if (record[0] == SSL3_RT_CHANGE_CIPHER_SPEC)
    return TRUE;
  if (length < HEADER_BYTES + TAG_BYTES + 1 || length > HEADER_BYTES + 16384 + 256)
    return FALSE;
  n_bytes = length - HEADER_BYTES - TAG_BYTES - 1;
  if (n_bytes >= MIN_SKIPPED_BYTES && n_bytes <= sink_http_get_skippable (http))
    goes_on = sink_http_skip (http, n_bytes);
  else
    goes_on = read_record (self, http, record, length);
  self->n_records++;
  return goes_on;
}

/* Takes what came; returns FALSE when the connection is over. */
gboolean
sink_tls_receive (SinkTls *self, SinkHttp *http)
{
  gssize n_bytes =
    recv (self->fd, self->buffer + self->length, BUFFER_BYTES - self->length, MSG_DONTWAIT);
  gsize start = 0;

  if (n_bytes <= 0)
    return n_bytes < 0 && errno == EAGAIN;
  self->length += (gsize) n_bytes;
  while (self->length - start >= HEADER_BYTES)
    {
      const guint8 *record = self->buffer + start;
      gsize length = HEADER_BYTES + ((gsize) record[3] << 8 | record[4]);

      if (length > self->length - start)
        break;
      if (!take_record (self, http, record, length))
        return FALSE;
      start += length;
    }
  self->length -= start;
  memmove (self->buffer, self->buffer + start, self->length);
  return TRUE;
}
