/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-error.h"

#include <errno.h>
#include <glib/gi18n-lib.h>

/* What a server's answer says besides what it means to us. */
typedef struct
{
  guint http_status;
  char *reply_code; /* (owned) (nullable) */
  char *request_id; /* (owned) (nullable) */
} HoistErrorPrivate;

static void
hoist_error_private_init (HoistErrorPrivate *priv)
{
}

static void
hoist_error_private_copy (const HoistErrorPrivate *source, HoistErrorPrivate *copy)
{
  copy->http_status = source->http_status;
  copy->reply_code = g_strdup (source->reply_code);
  copy->request_id = g_strdup (source->request_id);
}

static void
hoist_error_private_clear (HoistErrorPrivate *priv)
{
  g_free (priv->reply_code);
  g_free (priv->request_id);
}

G_DEFINE_EXTENDED_ERROR (HoistError, hoist_error)

typedef struct
{
  const char *nick;
  gboolean retryable;
  gboolean about_file;
} ErrorInfo;

static const ErrorInfo infos[HOIST_N_ERRORS] = {
  [HOIST_ERROR_FAILED] = { "failed", FALSE, FALSE },
  [HOIST_ERROR_AUTH] = { "auth", FALSE, FALSE },
  [HOIST_ERROR_FORBIDDEN] = { "forbidden", FALSE, FALSE },
  [HOIST_ERROR_THROTTLED] = { "throttled", TRUE, FALSE },
  [HOIST_ERROR_UNAVAILABLE] = { "unavailable", TRUE, FALSE },
  [HOIST_ERROR_NETWORK] = { "network", TRUE, FALSE },
  [HOIST_ERROR_TIMED_OUT] = { "timed-out", TRUE, FALSE },
  [HOIST_ERROR_CERTIFICATE] = { "certificate", FALSE, FALSE },
  [HOIST_ERROR_CLOCK_SKEW] = { "clock-skew", FALSE, FALSE },
  [HOIST_ERROR_URL_EXPIRED] = { "url-expired", TRUE, FALSE },
  [HOIST_ERROR_FILE_CHANGED] = { "file-changed", FALSE, TRUE },
  [HOIST_ERROR_FILE_MISSING] = { "file-missing", FALSE, TRUE },
  [HOIST_ERROR_FILE_UNREADABLE] = { "file-unreadable", FALSE, TRUE },
  [HOIST_ERROR_FILE_UNSUITABLE] = { "file-unsuitable", FALSE, TRUE },
  [HOIST_ERROR_TOO_LARGE] = { "too-large", FALSE, FALSE },
  [HOIST_ERROR_CHECKSUM] = { "checksum", TRUE, FALSE },
  [HOIST_ERROR_UPLOAD_GONE] = { "upload-gone", FALSE, FALSE },
  [HOIST_ERROR_REJECTED] = { "rejected", FALSE, FALSE },
  [HOIST_ERROR_NO_SPACE] = { "no-space", FALSE, FALSE },
  [HOIST_ERROR_STORE_DAMAGED] = { "store-damaged", FALSE, FALSE },
  [HOIST_ERROR_STORE_BUSY] = { "store-busy", FALSE, FALSE },
  [HOIST_ERROR_PROTOCOL] = { "protocol", FALSE, FALSE },
  [HOIST_ERROR_NOT_SUPPORTED] = { "not-supported", FALSE, FALSE },
  [HOIST_ERROR_NO_KEYRING] = { "no-keyring", FALSE, FALSE },
  [HOIST_ERROR_BAD_INPUT] = { "bad-input", FALSE, FALSE },
  [HOIST_ERROR_DRIVE_GONE] = { "file-drive-gone", FALSE, TRUE },
};

static HoistError
to_known (HoistError code)
{
  return (guint) code < HOIST_N_ERRORS ? code : HOIST_ERROR_FAILED;
}

/**
 * hoist_error_is_retryable:
 * @code: what went wrong
 *
 * Whether the same request may succeed later without a person doing anything.
 * %HOIST_ERROR_URL_EXPIRED needs a new signature first. %HOIST_ERROR_UPLOAD_GONE
 * is not retryable: the same request fails for ever, but the upload may begin
 * anew.
 *
 * Returns: whether to try again
 */
gboolean
hoist_error_is_retryable (HoistError code)
{
  return infos[to_known (code)].retryable;
}

/**
 * hoist_error_is_about_file:
 * @code: what went wrong
 *
 * Whether the error lies in the one file and says nothing about the destination
 * or the connection, so that other uploads need not stop for it.
 *
 * Returns: whether it is one of the `FILE_` codes
 */
gboolean
hoist_error_is_about_file (HoistError code)
{
  return infos[to_known (code)].about_file;
}

/**
 * hoist_error_get_phrase:
 * @code: what went wrong; a number that is no code counts as %HOIST_ERROR_FAILED
 *
 * What happened and what to do, in the person's language, where there is no
 * more precise message.
 *
 * Returns: (transfer none): one or two sentences
 */
const char *
hoist_error_get_phrase (HoistError code)
{
  switch (to_known (code))
    {
    case HOIST_ERROR_FAILED:
    default:
      return _ ("Something went wrong. Try again.");
    case HOIST_ERROR_AUTH:
      return _ ("The server did not accept the token or key. Enter a new one in the "
                "destination’s settings.");
    case HOIST_ERROR_FORBIDDEN:
      return _ ("You are not allowed to upload here. Ask whoever runs the destination for "
                "permission.");
    case HOIST_ERROR_THROTTLED:
      return _ ("The server asked us to slow down. The upload goes on by itself.");
    case HOIST_ERROR_UNAVAILABLE:
      return _ ("The server cannot answer right now. The upload goes on by itself.");
    case HOIST_ERROR_NETWORK:
      return _ ("There is no connection to the server. The upload goes on once it is back.");
    case HOIST_ERROR_TIMED_OUT:
      return _ ("The server did not answer in time. The upload goes on by itself.");
    case HOIST_ERROR_CERTIFICATE:
      return _ ("The server’s certificate is not trusted, so nothing was sent. Check the "
                "address and this computer’s clock.");
    case HOIST_ERROR_CLOCK_SKEW:
      return _ ("The clocks of this computer and of the server differ too much. Set the one "
                "that is wrong, then try again.");
    case HOIST_ERROR_URL_EXPIRED:
      return _ ("The permission to upload has expired. A new one is asked for by itself.");
    case HOIST_ERROR_FILE_CHANGED:
      return _ ("The file changed while it was uploaded. Upload it again from the start.");
    case HOIST_ERROR_FILE_MISSING:
      return _ ("The file is no longer there. Put it back, or choose where it is now.");
    case HOIST_ERROR_FILE_UNREADABLE:
      return _ ("The file cannot be read. Check its permissions and the disk it is on.");
    case HOIST_ERROR_FILE_UNSUITABLE:
      return _ ("This cannot be uploaded: it is not an ordinary file, or its name cannot be "
                "sent. Rename it, then try again.");
    case HOIST_ERROR_TOO_LARGE:
      return _ ("The file is larger than the destination takes. Choose another destination.");
    case HOIST_ERROR_CHECKSUM:
      return _ ("What arrived is not what was sent. It is sent again by itself.");
    case HOIST_ERROR_UPLOAD_GONE:
      return _ ("The server no longer knows this upload. Start it again.");
    case HOIST_ERROR_REJECTED:
      return _ ("The server refused the request. Check the destination’s settings, or ask "
                "whoever runs it.");
    case HOIST_ERROR_NO_SPACE:
      return _ ("There is no room left. Free some space, then try again.");
    case HOIST_ERROR_STORE_DAMAGED:
      return _ ("The list of uploads cannot be read or written. Check the disk that your home "
                "folder is on.");
    case HOIST_ERROR_STORE_BUSY:
      return _ ("Hoist is already running. Use that one, or close it first.");
    case HOIST_ERROR_PROTOCOL:
      return _ ("The answer makes no sense: this may not be the right server. Check the "
                "destination’s address.");
    case HOIST_ERROR_NOT_SUPPORTED:
      return _ ("The destination cannot do this. Check what kind of destination it is.");
    case HOIST_ERROR_NO_KEYRING:
      return _ ("The keyring is missing or locked. Unlock it, or enter the token for this "
                "session only.");
    case HOIST_ERROR_BAD_INPUT:
      return _ ("A setting or an option is wrong. Check what was entered.");
    case HOIST_ERROR_DRIVE_GONE:
      return _ ("The drive that the file is on is not connected. It goes on when it is back.");
    }
}

/**
 * hoist_error_get_nick:
 * @code: what went wrong; a number that is no code counts as %HOIST_ERROR_FAILED
 *
 * A stable name for machines, such as `timed-out`, for `--json` and for logs.
 *
 * Returns: (transfer none): the name
 */
const char *
hoist_error_get_nick (HoistError code)
{
  return infos[to_known (code)].nick;
}

static HoistError
from_io_error (int code)
{
  switch (code)
    {
    case G_IO_ERROR_CONNECTION_REFUSED:
    case G_IO_ERROR_CONNECTION_CLOSED: /* = BROKEN_PIPE */
    case G_IO_ERROR_NETWORK_UNREACHABLE:
    case G_IO_ERROR_HOST_UNREACHABLE:
    case G_IO_ERROR_HOST_NOT_FOUND:
    case G_IO_ERROR_NOT_CONNECTED:
    case G_IO_ERROR_PROXY_FAILED:
    case G_IO_ERROR_PROXY_AUTH_FAILED:
    case G_IO_ERROR_PROXY_NEED_AUTH:
    case G_IO_ERROR_PROXY_NOT_ALLOWED:
    case G_IO_ERROR_PARTIAL_INPUT:
      return HOIST_ERROR_NETWORK;
    case G_IO_ERROR_TIMED_OUT:
      return HOIST_ERROR_TIMED_OUT;
    case G_IO_ERROR_NO_SPACE:
      return HOIST_ERROR_NO_SPACE;
    case G_IO_ERROR_NOT_FOUND:
    case G_IO_ERROR_NOT_DIRECTORY: /* a folder on the way is gone */
      return HOIST_ERROR_FILE_MISSING;
    case G_IO_ERROR_PERMISSION_DENIED:
      return HOIST_ERROR_FILE_UNREADABLE;
    case G_IO_ERROR_IS_DIRECTORY:
    case G_IO_ERROR_NOT_REGULAR_FILE:
    case G_IO_ERROR_INVALID_FILENAME:
    case G_IO_ERROR_FILENAME_TOO_LONG:
    case G_IO_ERROR_TOO_MANY_LINKS:
      return HOIST_ERROR_FILE_UNSUITABLE;
    case G_IO_ERROR_MESSAGE_TOO_LARGE:
      return HOIST_ERROR_TOO_LARGE;
    case G_IO_ERROR_INVALID_DATA:
      return HOIST_ERROR_PROTOCOL;
    case G_IO_ERROR_INVALID_ARGUMENT:
      return HOIST_ERROR_BAD_INPUT;
    case G_IO_ERROR_NOT_SUPPORTED:
      return HOIST_ERROR_NOT_SUPPORTED;
    default:
      return HOIST_ERROR_FAILED;
    }
}

static HoistError
from_tls_error (int code)
{
  switch (code)
    {
    case G_TLS_ERROR_BAD_CERTIFICATE:
    case G_TLS_ERROR_CERTIFICATE_REQUIRED:
      return HOIST_ERROR_CERTIFICATE;
    case G_TLS_ERROR_NOT_TLS:
      return HOIST_ERROR_PROTOCOL;
    case G_TLS_ERROR_UNAVAILABLE:
      return HOIST_ERROR_NOT_SUPPORTED;
    default:
      return HOIST_ERROR_NETWORK;
    }
}

/**
 * hoist_error_from_gerror:
 * @error: an error of GIO's, of GLib's file functions, or of %HOIST_ERROR itself
 *
 * What an error of a lower layer means. What is said about files is meant for
 * the file that is sent; a caller that opened something else gives its own code.
 * Cancellation is no error and must not come here.
 *
 * Returns: the error's code; %HOIST_ERROR_FAILED for what is not known
 */
HoistError
hoist_error_from_gerror (const GError *error)
{
  g_return_val_if_fail (error != NULL, HOIST_ERROR_FAILED);

  if (error->domain == HOIST_ERROR)
    return (guint) error->code < HOIST_N_ERRORS ? (HoistError) error->code : HOIST_ERROR_FAILED;
  if (error->domain == G_IO_ERROR)
    return from_io_error (error->code);
  if (error->domain == G_TLS_ERROR)
    return from_tls_error (error->code);
  if (error->domain == G_RESOLVER_ERROR)
    return HOIST_ERROR_NETWORK;
  if (error->domain == G_FILE_ERROR)
    return from_io_error (g_io_error_from_file_error ((GFileError) error->code));
  return HOIST_ERROR_FAILED;
}

/**
 * hoist_error_from_errno:
 * @errno_value: an `errno` of a call on a file that is sent, or on a socket
 *
 * What a system call's error means.
 *
 * Returns: the error's code; %HOIST_ERROR_FAILED for what is not known
 */
HoistError
hoist_error_from_errno (int errno_value)
{
  switch (errno_value)
    {
    case EIO:
      return HOIST_ERROR_FILE_UNREADABLE;
    case ESTALE: /* NFS: the file was replaced or removed on the server */
    case ENODEV: /* the disk was taken out */
      return HOIST_ERROR_FILE_MISSING;
    case ENXIO: /* a socket, or a FIFO without a reader */
    case EFBIG:
    case EOVERFLOW:
      return HOIST_ERROR_FILE_UNSUITABLE;
    case EDQUOT:
      return HOIST_ERROR_NO_SPACE;
    case ECONNABORTED:
    case ENETDOWN:
    case ENETRESET:
    case EHOSTDOWN:
    case EADDRNOTAVAIL:
      return HOIST_ERROR_NETWORK;
    default:
      return from_io_error (g_io_error_from_errno (errno_value));
    }
}

/**
 * hoist_error_set_reply:
 * @error: an error of %HOIST_ERROR
 * @http_status: the status of the answer that it comes from; 0 = there was none
 * @reply_code: (nullable): the server's name of the error, such as `SlowDown`
 * @request_id: (nullable): the server's number of the request, for whoever runs it
 *
 * Notes what a server's answer says besides what it means. Copies of @error have
 * it, too. Texts are kept as they are; [func@hoist_redact] is for whoever shows them.
 */
void
hoist_error_set_reply (GError *error,
                       guint http_status,
                       const char *reply_code,
                       const char *request_id)
{
  HoistErrorPrivate *priv;

  g_return_if_fail (error != NULL && error->domain == HOIST_ERROR);

  priv = hoist_error_get_private (error);
  hoist_error_private_clear (priv);
  priv->http_status = http_status;
  priv->reply_code = g_strdup (reply_code);
  priv->request_id = g_strdup (request_id);
}

static const HoistErrorPrivate *
get_reply (const GError *error)
{
  static const HoistErrorPrivate none = { 0 };

  return error != NULL && error->domain == HOIST_ERROR ? hoist_error_get_private (error) : &none;
}

/**
 * hoist_error_get_http_status:
 * @error: (nullable): any error
 *
 * Returns: the status of the answer that it comes from; 0 if it comes from none
 */
guint
hoist_error_get_http_status (const GError *error)
{
  return get_reply (error)->http_status;
}

/**
 * hoist_error_get_reply_code:
 * @error: (nullable): any error
 *
 * Returns: (transfer none) (nullable): the server's name of it
 */
const char *
hoist_error_get_reply_code (const GError *error)
{
  return get_reply (error)->reply_code;
}

/**
 * hoist_error_get_request_id:
 * @error: (nullable): any error
 *
 * Returns: (transfer none) (nullable): the server's number of the request
 */
const char *
hoist_error_get_request_id (const GError *error)
{
  return get_reply (error)->request_id;
}
