/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-bucket-fields.h"

#include <glib/gi18n.h>
#include <string.h>

#include "hoist-bucket-words.h"
#include "hoist-destination-entry.h"
#include "hoist-field-row.h"
#include "hoist-forget-row.h"
#include "hoist-s3-credentials.h"
#include "hoist-s3-options.h"

struct _HoistBucketFields
{
  GtkBox parent_instance;

  gboolean needs_keys; /* before it can be tried */
  gboolean good;       /* nothing is wrong with what was entered */

  AdwPreferencesGroup *bucket_group;
  AdwComboRow *service_row;
  GtkEditable *address_row; /* of a service that a person has to say the address of */
  GtkEditable *region_row;
  GtkEditable *bucket_row;
  AdwExpanderRow *protocol_row;
  GtkEditable *endpoint_row; /* of one that has its own */
  AdwComboRow *addressing_row;
  AdwComboRow *checksum_row;
  GtkEditable *part_size_row;
  AdwPreferencesGroup *keys_group;
  GtkEditable *access_key_row;
  GtkEditable *secret_key_row;
  GtkEditable *session_token_row;
  HoistForgetRow *forget_row;
  AdwExpanderRow *more_row;
  GtkEditable *template_row;
  GtkEditable *storage_class_row;
  AdwComboRow *encryption_row;
  GtkEditable *kms_key_row;
  GtkEditable *acl_row;
  GtkEditable *tags_row;
  GtkEditable *metadata_row;
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HoistBucketFields, hoist_bucket_fields, GTK_TYPE_BOX)

/* In the order of the choices. */
static const char *const encryptions[] = { NULL, "AES256", "aws:kms", NULL };
static const char *const addressings[] = { NULL, "path", "host", NULL };
static const char *const checksums[] = { NULL, "sha256", "md5", "none", NULL };
#define BY_KMS 2

/* A row that a setting is entered in: a text as it is, or one of some values. */
typedef struct
{
  const char *name;
  gsize offset;
  const char *const *values; /* (nullable) of a list of choices, the first one is «not set» */
} Field;

#define ROW(member) G_STRUCT_OFFSET (HoistBucketFields, member)

static const Field fields[] = {
  { HOIST_SETTING_REGION, ROW (region_row), NULL },
  { HOIST_SETTING_BUCKET, ROW (bucket_row), NULL },
  { HOIST_SETTING_ADDRESSING, ROW (addressing_row), addressings },
  { HOIST_SETTING_CHECKSUM, ROW (checksum_row), checksums },
  { HOIST_SETTING_PART_SIZE, ROW (part_size_row), NULL },
  { HOIST_SETTING_KEY_TEMPLATE, ROW (template_row), NULL },
  { HOIST_SETTING_STORAGE_CLASS, ROW (storage_class_row), NULL },
  { HOIST_SETTING_ENCRYPTION, ROW (encryption_row), encryptions },
  { HOIST_SETTING_KMS_KEY, ROW (kms_key_row), NULL },
  { HOIST_SETTING_ACL, ROW (acl_row), NULL },
  { HOIST_SETTING_TAGS, ROW (tags_row), NULL },
  { HOIST_SETTING_METADATA, ROW (metadata_row), NULL },
};

static gpointer
get_row (HoistBucketFields *self, const Field *field)
{
  return G_STRUCT_MEMBER (gpointer, self, field->offset);
}

static const HoistS3Service *
get_service (HoistBucketFields *self)
{
  const HoistS3Service *service =
    hoist_s3_service_get (adw_combo_row_get_selected (self->service_row));

  return service != NULL ? service : hoist_s3_service_lookup (NULL);
}

static char *
dup_own_address (HoistBucketFields *self)
{
  g_autofree char *region = hoist_field_row_dup_text (self->region_row);

  return hoist_s3_service_make_address (get_service (self), *region != '\0' ? region : NULL);
}

/* The address as typed, which a service that has its own needs not. */
static GtkEditable *
get_address_row (HoistBucketFields *self)
{
  return get_service (self)->address == NULL ? self->address_row : self->endpoint_row;
}

static char *
dup_address (HoistBucketFields *self)
{
  GtkEditable *row = get_address_row (self);
  g_autofree char *typed = hoist_field_row_dup_text (row);

  return *typed != '\0' ? hoist_destination_complete_url (typed) : dup_own_address (self);
}

/* --- What is asked for ------------------------------------------------------------------------ */

static void
show_features (HoistBucketFields *self)
{
  HoistS3Feature features = get_service (self)->features;
  gboolean by_kms = adw_combo_row_get_selected (self->encryption_row) == BY_KMS;

  gtk_widget_set_visible (GTK_WIDGET (self->storage_class_row), features & HOIST_S3_STORAGE_CLASS);
  gtk_widget_set_visible (GTK_WIDGET (self->encryption_row),
                          features & (HOIST_S3_SSE | HOIST_S3_SSE_KMS));
  gtk_widget_set_visible (GTK_WIDGET (self->kms_key_row), by_kms && features & HOIST_S3_SSE_KMS);
  gtk_widget_set_visible (GTK_WIDGET (self->acl_row), features & HOIST_S3_ACL);
  gtk_widget_set_visible (GTK_WIDGET (self->tags_row), features & HOIST_S3_TAGS);
}

/* Only what the service takes, and what a person has to say, is asked for. */
static void
show_service (HoistBucketFields *self)
{
  const HoistS3Service *service = get_service (self);
  g_autofree char *own = dup_own_address (self);
  g_autofree char *quirks = hoist_bucket_words_describe (service);
  g_autofree char *region =
    /* Translators: %s is the name of a region such as us-east-1 */
    g_strdup_printf (_ ("Region (empty: %s)"), service->region);
  g_autofree char *address = service->example != NULL
    /* Translators: %s is an address */
    ? g_strdup_printf (_ ("Address, such as %s"), service->example)
    : NULL;
  g_autofree char *endpoint = own != NULL
    /* Translators: %s is an address */
    ? g_strdup_printf (_ ("Address (empty: %s)"), own)
    : NULL;

  adw_preferences_group_set_description (self->bucket_group, quirks);
  gtk_widget_set_visible (GTK_WIDGET (self->address_row), service->address == NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->endpoint_row), service->address != NULL);
  if (address != NULL)
    hoist_field_row_set_title (self->address_row, address);
  if (endpoint != NULL)
    hoist_field_row_set_title (self->endpoint_row, endpoint);
  hoist_field_row_set_title (self->region_row, region);
}

/* --- What is wrong ---------------------------------------------------------------------------- */

static void
set_fault (HoistBucketFields *self, gpointer row, const GError *error)
{
  GtkWidget *expander = gtk_widget_get_ancestor (row, ADW_TYPE_EXPANDER_ROW);

  hoist_field_row_set_fault (row, error != NULL ? error->message : NULL);
  if (error == NULL)
    return;
  self->good = FALSE;
  /* Nothing is wrong where nobody sees it. */
  if (expander != NULL)
    adw_expander_row_set_expanded (ADW_EXPANDER_ROW (expander), TRUE);
}

static void
check_address (HoistBucketFields *self)
{
  GtkEditable *row = get_address_row (self);
  g_autofree char *typed = hoist_field_row_dup_text (row);
  g_autofree char *address = dup_address (self);
  g_autoptr (GError) error = NULL;

  hoist_field_row_set_fault (GTK_WIDGET (self->address_row), NULL);
  hoist_field_row_set_fault (GTK_WIDGET (self->endpoint_row), NULL);
  if (*typed != '\0')
    hoist_destination_check_url (address != NULL ? address : typed, &error);
  set_fault (self, row, error);
}

static void
check_settings (HoistBucketFields *self)
{
  g_autoptr (HoistDestination) destination = hoist_destination_new (NULL);

  hoist_bucket_fields_apply (self, destination);
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autoptr (GError) error = NULL;

      hoist_s3_options_check_setting (hoist_destination_get_settings (destination), fields[i].name,
                                      &error);
      set_fault (self, get_row (self, &fields[i]), error);
    }
}

static gboolean
is_entered (GtkEditable *row)
{
  g_autofree char *text = hoist_field_row_dup_text (row);

  return *text != '\0';
}

static void
check_keys (HoistBucketFields *self)
{
  gboolean access = is_entered (self->access_key_row);
  gboolean secret = is_entered (self->secret_key_row);
  gboolean session = is_entered (self->session_token_row);
  char *keys = hoist_bucket_fields_dup_keys (self);
  g_autoptr (HoistS3Credentials) credentials = NULL;
  g_autoptr (GError) error = NULL;
  const char *half = NULL;

  if (keys != NULL && *keys != '\0')
    {
      credentials = hoist_s3_credentials_from_text (keys, &error);
      explicit_bzero (keys, strlen (keys));
    }
  if (!self->needs_keys && (access || secret || session) && !(access && secret) &&
      !hoist_forget_row_is_on (self->forget_row))
    half = _ ("New keys go together: enter the access key and its secret key, or neither.");
  set_fault (self, self->access_key_row, error);
  hoist_field_row_set_fault (GTK_WIDGET (self->secret_key_row), half);
  self->good &= half == NULL;
  g_free (keys);
}

static void
check (HoistBucketFields *self)
{
  self->good = TRUE;
  check_address (self);
  check_settings (self);
  check_keys (self);
}

static void
changed_cb (HoistBucketFields *self)
{
  show_service (self);
  show_features (self);
  check (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* What is to be removed is not entered as well. */
static void
forget_cb (HoistBucketFields *self)
{
  gboolean enters = !hoist_forget_row_is_on (self->forget_row);

  gtk_widget_set_sensitive (GTK_WIDGET (self->access_key_row), enters);
  gtk_widget_set_sensitive (GTK_WIDGET (self->secret_key_row), enters);
  gtk_widget_set_sensitive (GTK_WIDGET (self->session_token_row), enters);
  changed_cb (self);
}

/* --- The object ------------------------------------------------------------------------------- */

static void
init_row (HoistBucketFields *self, GtkEditable *row)
{
  hoist_field_row_set_title (row, adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)));
  g_signal_connect_object (row, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
}

static GListModel *
make_services (void)
{
  GtkStringList *names = gtk_string_list_new (NULL);
  const HoistS3Service *service;

  for (guint i = 0; (service = hoist_s3_service_get (i)) != NULL; i++)
    gtk_string_list_append (names, service->name != NULL ? service->name : _ ("Another Service"));
  return G_LIST_MODEL (names);
}

static void
select_service (HoistBucketFields *self, const char *id)
{
  const HoistS3Service *wanted = hoist_s3_service_lookup (id);

  for (guint i = 0; hoist_s3_service_get (i) != NULL; i++)
    if (hoist_s3_service_get (i) == wanted)
      adw_combo_row_set_selected (self->service_row, i);
}

static void
hoist_bucket_fields_class_init (HoistBucketFieldsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  /**
   * HoistBucketFields::changed:
   * @self: the fields
   *
   * Something was typed or chosen.
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (HOIST_TYPE_FORGET_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hoist/Hoist/ui/hoist-bucket-fields.ui");
  gtk_widget_class_bind_template_child (widget_class, HoistBucketFields, bucket_group);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketFields, service_row);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketFields, address_row);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketFields, region_row);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketFields, bucket_row);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketFields, protocol_row);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketFields, endpoint_row);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketFields, addressing_row);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketFields, checksum_row);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketFields, part_size_row);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketFields, keys_group);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketFields, access_key_row);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketFields, secret_key_row);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketFields, session_token_row);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketFields, forget_row);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketFields, more_row);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketFields, template_row);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketFields, storage_class_row);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketFields, encryption_row);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketFields, kms_key_row);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketFields, acl_row);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketFields, tags_row);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketFields, metadata_row);
}

static void
hoist_bucket_fields_init (HoistBucketFields *self)
{
  g_autoptr (GListModel) services = make_services ();

  gtk_widget_init_template (GTK_WIDGET (self));
  adw_combo_row_set_model (self->service_row, services);
  select_service (self, "aws");

  GtkEditable *const others[] = { self->address_row, self->endpoint_row, self->access_key_row,
                                  self->secret_key_row, self->session_token_row };
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    init_row (self, others[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    if (fields[i].values == NULL)
      init_row (self, get_row (self, &fields[i]));
    else
      g_signal_connect_object (get_row (self, &fields[i]), "notify::selected",
                               G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->service_row, "notify::selected", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->forget_row, "changed", G_CALLBACK (forget_cb), self,
                           G_CONNECT_SWAPPED);
  changed_cb (self);
}

/* --- Showing and reading ---------------------------------------------------------------------- */

static void
show_setting (HoistBucketFields *self, const Field *field, const char *value)
{
  if (field->values == NULL)
    hoist_field_row_set_text (get_row (self, field), value);
  for (guint i = 1; field->values != NULL && value != NULL && field->values[i] != NULL; i++)
    if (g_str_equal (field->values[i], value))
      adw_combo_row_set_selected (get_row (self, field), i);
}

static void
open_what_is_set (AdwExpanderRow *expander, const Field *field, gpointer row, const char *value)
{
  if (value != NULL &&
      gtk_widget_get_ancestor (row, ADW_TYPE_EXPANDER_ROW) == GTK_WIDGET (expander))
    adw_expander_row_set_expanded (expander, TRUE);
}

/**
 * hoist_bucket_fields_show:
 * @self: the fields
 * @destination: a destination that is a bucket
 * @is_new: whether the destination is not stored yet
 *
 * Shows what it is, but for its keys.
 */
void
hoist_bucket_fields_show (HoistBucketFields *self, HoistDestination *destination, gboolean is_new)
{
  const char *url = hoist_destination_get_url (destination);
  g_autofree char *own = NULL;

  self->needs_keys = is_new;
  select_service (self, hoist_destination_get_setting (destination, HOIST_SETTING_SERVICE));
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      const char *value = hoist_destination_get_setting (destination, fields[i].name);
      gpointer row = get_row (self, &fields[i]);

      show_setting (self, &fields[i], value);
      hoist_field_row_set_locked (GTK_WIDGET (row),
                                  hoist_destination_is_locked (destination, fields[i].name));
      open_what_is_set (self->protocol_row, &fields[i], row, value);
      open_what_is_set (self->more_row, &fields[i], row, value);
    }
  hoist_field_row_set_locked (GTK_WIDGET (self->service_row),
                              hoist_destination_is_locked (destination, HOIST_SETTING_SERVICE));
  hoist_field_row_set_locked (GTK_WIDGET (self->address_row),
                              hoist_destination_is_locked (destination, "url"));
  hoist_field_row_set_locked (GTK_WIDGET (self->endpoint_row),
                              hoist_destination_is_locked (destination, "url"));
  own = dup_own_address (self);
  if (g_strcmp0 (url, own) != 0)
    {
      hoist_field_row_set_text (get_address_row (self), url);
      adw_expander_row_set_expanded (
        self->protocol_row, own != NULL || adw_expander_row_get_expanded (self->protocol_row));
    }
  changed_cb (self);
}

/**
 * hoist_bucket_fields_set_keys_stored:
 * @self: the fields
 * @stored: whether there are keys already, or may be
 *
 * Asks for others, which may be left out, or to remove them.
 */
void
hoist_bucket_fields_set_keys_stored (HoistBucketFields *self, gboolean stored)
{
  adw_preferences_group_set_description (self->keys_group, stored
                                         ? _ ("Left empty, the stored ones are kept.")
                                         : _ ("They are kept in the keyring of this computer."));
  hoist_forget_row_offer (self->forget_row, stored);
}

/* What the service does not take is not asked for, and not kept. */
static const char *
read_setting (HoistBucketFields *self, const Field *field, char **text)
{
  gpointer row = get_row (self, field);

  if (!gtk_widget_get_visible (row))
    return NULL;
  if (field->values != NULL)
    return field->values[adw_combo_row_get_selected (row)];
  *text = hoist_field_row_dup_text (row);
  return *text;
}

/**
 * hoist_bucket_fields_is_untouched:
 * @self: the fields
 *
 * Returns: whether neither a bucket, nor an address or a key was entered
 */
gboolean
hoist_bucket_fields_is_untouched (HoistBucketFields *self)
{
  return !is_entered (self->bucket_row) && !is_entered (get_address_row (self)) &&
         !is_entered (self->access_key_row) && !is_entered (self->secret_key_row);
}

/**
 * hoist_bucket_fields_apply:
 * @self: the fields
 * @destination: a destination
 *
 * Makes it what was entered, but for the keys.
 */
void
hoist_bucket_fields_apply (HoistBucketFields *self, HoistDestination *destination)
{
  g_autofree char *address = dup_address (self);

  hoist_destination_set_provider_type (destination, HOIST_S3_KIND);
  hoist_destination_set_setting (destination, HOIST_SETTING_SERVICE, get_service (self)->id);
  hoist_destination_set_url (destination, address);
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *text = NULL;

      hoist_destination_set_setting (destination, fields[i].name,
                                     read_setting (self, &fields[i], &text));
    }
}

/**
 * hoist_bucket_fields_dup_keys:
 * @self: the fields
 *
 * Returns: (transfer full) (nullable): the keys as text, a secret; empty to remove what is stored;
 *   %NULL if none were entered
 */
char *
hoist_bucket_fields_dup_keys (HoistBucketFields *self)
{
  g_autofree char *access_key = hoist_field_row_dup_text (self->access_key_row);
  g_autofree char *secret_key = hoist_field_row_dup_text (self->secret_key_row);
  g_autofree char *session_token = hoist_field_row_dup_text (self->session_token_row);
  g_autoptr (HoistS3Credentials) credentials = NULL;

  if (hoist_forget_row_is_on (self->forget_row))
    return g_strdup ("");
  if (*access_key == '\0' || *secret_key == '\0')
    return NULL;
  credentials = hoist_s3_credentials_new (access_key, secret_key,
                                          *session_token != '\0' ? session_token : NULL);
  explicit_bzero (secret_key, strlen (secret_key));
  explicit_bzero (session_token, strlen (session_token));
  return hoist_s3_credentials_to_text (credentials);
}

/**
 * hoist_bucket_fields_offer_buckets:
 * @self: the fields
 * @backend: asks the storage
 * @source: tells where to ask
 * @owner: for @source; the window that @self is in
 *
 * Lets a person choose a bucket of those that the keys can see.
 */
void
hoist_bucket_fields_offer_buckets (HoistBucketFields *self,
                                   HoistDestinationBackend *backend,
                                   HoistBucketSource source,
                                   gpointer owner)
{
  hoist_bucket_chooser_attach (ADW_ENTRY_ROW (self->bucket_row), backend, source, owner);
}

/**
 * hoist_bucket_fields_can_list:
 * @self: the fields
 *
 * Returns: whether there is an address, and no keys that are to be removed
 */
gboolean
hoist_bucket_fields_can_list (HoistBucketFields *self)
{
  g_autofree char *address = dup_address (self);

  return address != NULL && !hoist_forget_row_is_on (self->forget_row);
}

/**
 * hoist_bucket_fields_is_complete:
 * @self: the fields
 *
 * Returns: whether enough was entered to try it, and nothing is wrong with it
 */
gboolean
hoist_bucket_fields_is_complete (HoistBucketFields *self)
{
  g_autofree char *address = dup_address (self);
  gboolean both = is_entered (self->access_key_row) && is_entered (self->secret_key_row);

  return self->good && is_entered (self->bucket_row) && address != NULL &&
         (both || !self->needs_keys);
}
