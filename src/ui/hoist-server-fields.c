/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-server-fields.h"

#include <glib/gi18n.h>
#include <string.h>

#include "hoist-destination-entry.h"
#include "hoist-destination-kind.h"
#include "hoist-field-row.h"
#include "hoist-forget-row.h"
#include "hoist-headers-row.h"
#include "hoist-secret-headers.h"
#include "hoist-token.h"

struct _HoistServerFields
{
  AdwPreferencesGroup parent_instance;

  gboolean needs_token; /* before it can be tried */
  gboolean token_is_optional;
  gboolean secret_is_stored; /* or may be */
  gboolean good_secret;

  GtkEditable *url_row;
  GtkEditable *token_row;
  HoistHeadersRow *headers_row;
  HoistForgetRow *forget_row;
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HoistServerFields, hoist_server_fields, ADW_TYPE_PREFERENCES_GROUP)

static void
wipe_and_free (char *secret)
{
  explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

/* A token that stands among headers is one itself. */
static char *
join (const char *token, const char *headers)
{
  gboolean is_bare = hoist_token_skip_scheme (token) == token && strchr (token, ':') == NULL;

  if (*headers == '\0')
    return g_strdup (token);
  if (*token == '\0')
    return g_strdup (headers);
  return g_strconcat (strchr (token, ':') != NULL ? "" : "Authorization: ",
                      is_bare ? "Bearer " : "", token, "\n", headers, NULL);
}

/* Empty where none was entered, or what there is is to be removed. */
static char *
dup_secret (HoistServerFields *self)
{
  if (hoist_forget_row_is_on (self->forget_row))
    return g_strdup ("");

  char *token = hoist_field_row_dup_text (self->token_row);
  char *headers = gtk_widget_get_visible (GTK_WIDGET (self->headers_row))
                    ? hoist_headers_row_dup_text (self->headers_row)
                    : g_strdup ("");
  char *secret = join (token, headers);

  wipe_and_free (token);
  wipe_and_free (headers);
  return secret;
}

static void
check_url (HoistServerFields *self)
{
  g_autofree char *typed = hoist_field_row_dup_text (self->url_row);
  g_autofree char *url = hoist_destination_complete_url (typed);
  g_autoptr (GError) error = NULL;

  if (*typed != '\0')
    hoist_destination_check_url (url != NULL ? url : typed, &error);
  hoist_field_row_set_fault (GTK_WIDGET (self->url_row), error != NULL ? error->message : NULL);
}

static void
check_secret (HoistServerFields *self)
{
  char *secret = dup_secret (self);
  char *token = hoist_field_row_dup_text (self->token_row);
  g_autoptr (GError) token_error = NULL;
  g_autoptr (GError) error = NULL;
  GStrv of_token = hoist_secret_headers_parse (token, &token_error);
  GStrv headers = hoist_secret_headers_parse (secret, &error);

  hoist_field_row_set_fault (GTK_WIDGET (self->token_row),
                             token_error != NULL ? token_error->message : NULL);
  self->good_secret = headers != NULL;
  hoist_secret_headers_free (of_token);
  hoist_secret_headers_free (headers);
  wipe_and_free (secret);
  wipe_and_free (token);
}

static void
changed_cb (HoistServerFields *self)
{
  check_url (self);
  check_secret (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* What is to be removed is not entered as well. */
static void
forget_cb (HoistServerFields *self)
{
  gboolean enters = !hoist_forget_row_is_on (self->forget_row);

  gtk_widget_set_sensitive (GTK_WIDGET (self->token_row), enters);
  gtk_widget_set_sensitive (GTK_WIDGET (self->headers_row), enters);
  changed_cb (self);
}

static void
hoist_server_fields_class_init (HoistServerFieldsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  /**
   * HoistServerFields::changed:
   * @self: the fields
   *
   * Something was typed.
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (HOIST_TYPE_HEADERS_ROW);
  g_type_ensure (HOIST_TYPE_FORGET_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hoist/Hoist/ui/hoist-server-fields.ui");
  gtk_widget_class_bind_template_child (widget_class, HoistServerFields, url_row);
  gtk_widget_class_bind_template_child (widget_class, HoistServerFields, token_row);
  gtk_widget_class_bind_template_child (widget_class, HoistServerFields, headers_row);
  gtk_widget_class_bind_template_child (widget_class, HoistServerFields, forget_row);
}

static void
hoist_server_fields_init (HoistServerFields *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->good_secret = TRUE;
  hoist_field_row_set_title (self->url_row, _ ("Address"));
  g_signal_connect_object (self->url_row, "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->token_row, "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->headers_row, "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->forget_row, "changed", G_CALLBACK (forget_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
show_title (HoistServerFields *self)
{
  const char *title = self->token_is_optional ? _ ("Token (Optional)") : _ ("Token");

  if (self->secret_is_stored)
    title = _ ("New Token (empty: keep the stored one)");
  hoist_field_row_set_title (self->token_row, title);
}

/**
 * hoist_server_fields_set_kind:
 * @self: the fields
 * @kind: (nullable): what the destination is, one that signs at a server; %NULL: not known yet
 * @is_new: whether the destination is not stored yet
 *
 * Asks for what this kind wants to know.
 */
void
hoist_server_fields_set_kind (HoistServerFields *self, const char *kind, gboolean is_new)
{
  gboolean is_api = g_strcmp0 (kind, HOIST_API_KIND) == 0;

  self->needs_token = is_api && is_new;
  self->token_is_optional = kind != NULL && !is_api;
  show_title (self);
  gtk_widget_set_visible (GTK_WIDGET (self->headers_row), !is_api);
  check_secret (self);
}

/**
 * hoist_server_fields_show:
 * @self: the fields
 * @destination: a destination at a server
 *
 * Shows where it is. Its secret is not shown.
 */
void
hoist_server_fields_show (HoistServerFields *self, HoistDestination *destination)
{
  hoist_field_row_set_text (self->url_row, hoist_destination_get_url (destination));
  hoist_field_row_set_locked (GTK_WIDGET (self->url_row),
                              hoist_destination_is_locked (destination, "url"));
}

/**
 * hoist_server_fields_set_secret_stored:
 * @self: the fields
 * @stored: whether there is a secret already, or may be
 *
 * Asks for another one, or to remove it.
 */
void
hoist_server_fields_set_secret_stored (HoistServerFields *self, gboolean stored)
{
  self->secret_is_stored = stored;
  show_title (self);
  hoist_forget_row_offer (self->forget_row, stored);
}

/**
 * hoist_server_fields_dup_url:
 * @self: the fields
 *
 * Returns: (transfer full) (nullable): the address; %NULL if it cannot be one
 */
char *
hoist_server_fields_dup_url (HoistServerFields *self)
{
  g_autofree char *url = hoist_destination_complete_url (gtk_editable_get_text (self->url_row));

  return hoist_destination_check_url (url, NULL) ? g_steal_pointer (&url) : NULL;
}

/**
 * hoist_server_fields_dup_secret:
 * @self: the fields
 *
 * Returns: (transfer full) (nullable): token and headers, as hoist_secret_headers_parse() reads
 *   them, a secret; empty to remove what is stored; %NULL if none were entered
 */
char *
hoist_server_fields_dup_secret (HoistServerFields *self)
{
  char *secret = dup_secret (self);

  if (*secret != '\0' || hoist_forget_row_is_on (self->forget_row))
    return secret;
  g_free (secret);
  return NULL;
}

/**
 * hoist_server_fields_is_complete:
 * @self: the fields
 *
 * Returns: whether enough was entered to try it
 */
gboolean
hoist_server_fields_is_complete (HoistServerFields *self)
{
  g_autofree char *url = hoist_server_fields_dup_url (self);
  g_autofree char *token = hoist_field_row_dup_text (self->token_row);

  return url != NULL && self->good_secret && (*token != '\0' || !self->needs_token);
}
