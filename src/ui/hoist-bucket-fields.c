/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-bucket-fields.h"

#include <glib/gi18n.h>
#include <string.h>

#include "hoist-destination-editor.h"
#include "hoist-field-row.h"
#include "hoist-s3-credentials.h"
#include "hoist-s3-options.h"

struct _HoistBucketFields
{
  GtkBox parent_instance;

  AdwComboRow *service_row;
  GtkEditable *address_row;
  GtkEditable *region_row;
  GtkEditable *bucket_row;
  AdwPreferencesGroup *keys_group;
  GtkEditable *access_key_row;
  GtkEditable *secret_key_row;
  GtkEditable *session_token_row;
  GtkWidget *more_row;
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
static const char *const encryptions[] = { NULL, "AES256", "aws:kms" };
#define BY_KMS 2

static const HoistS3Service *
get_service (HoistBucketFields *self)
{
  const HoistS3Service *service =
    hoist_s3_service_get (adw_combo_row_get_selected (self->service_row));

  return service != NULL ? service : hoist_s3_service_lookup (NULL);
}

/* Only what the service takes, and what a person has to say, is asked for. */
static void
update (HoistBucketFields *self)
{
  const HoistS3Service *service = get_service (self);
  gboolean by_kms = adw_combo_row_get_selected (self->encryption_row) == BY_KMS;
  g_autofree char *region =
    /* Translators: %s is the name of a region such as us-east-1 */
    g_strdup_printf (_ ("Region (empty: %s)"), service->region);
  g_autofree char *address = service->example != NULL
    /* Translators: %s is an address */
    ? g_strdup_printf (_ ("Address, such as %s"), service->example)
    : NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->address_row), service->address == NULL);
  if (address != NULL)
    hoist_field_row_set_title (self->address_row, address);
  hoist_field_row_set_title (self->region_row, region);
  gtk_widget_set_visible (GTK_WIDGET (self->storage_class_row),
                          service->features & HOIST_S3_STORAGE_CLASS);
  gtk_widget_set_visible (GTK_WIDGET (self->encryption_row),
                          service->features & (HOIST_S3_SSE | HOIST_S3_SSE_KMS));
  gtk_widget_set_visible (GTK_WIDGET (self->kms_key_row),
                          by_kms && service->features & HOIST_S3_SSE_KMS);
  gtk_widget_set_visible (GTK_WIDGET (self->acl_row), service->features & HOIST_S3_ACL);
  gtk_widget_set_visible (GTK_WIDGET (self->tags_row), service->features & HOIST_S3_TAGS);
}

static void
changed_cb (HoistBucketFields *self)
{
  update (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

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

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hoist/Hoist/ui/hoist-bucket-fields.ui");
  gtk_widget_class_bind_template_child (widget_class, HoistBucketFields, service_row);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketFields, address_row);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketFields, region_row);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketFields, bucket_row);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketFields, keys_group);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketFields, access_key_row);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketFields, secret_key_row);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketFields, session_token_row);
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
  update (self);

  GtkEditable *const rows[] = {
    self->address_row,    self->region_row,        self->bucket_row,   self->access_key_row,
    self->secret_key_row, self->session_token_row, self->template_row, self->storage_class_row,
    self->kms_key_row,    self->acl_row,           self->tags_row,     self->metadata_row,
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    init_row (self, rows[i]);
  g_signal_connect_object (self->service_row, "notify::selected", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->encryption_row, "notify::selected", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
show_encryption (HoistBucketFields *self, const char *encryption)
{
  for (guint i = 0; i < G_N_ELEMENTS (encryptions); i++)
    if (g_strcmp0 (encryptions[i], encryption) == 0)
      adw_combo_row_set_selected (self->encryption_row, i);
}

/* The rows whose text is a setting as it is. */
static void
for_each_setting (HoistBucketFields *self,
                  HoistDestination *destination,
                  void (*each) (GtkEditable *row, HoistDestination *destination, const char *name))
{
  each (self->region_row, destination, HOIST_SETTING_REGION);
  each (self->bucket_row, destination, HOIST_SETTING_BUCKET);
  each (self->template_row, destination, HOIST_SETTING_KEY_TEMPLATE);
  each (self->storage_class_row, destination, HOIST_SETTING_STORAGE_CLASS);
  each (self->kms_key_row, destination, HOIST_SETTING_KMS_KEY);
  each (self->acl_row, destination, HOIST_SETTING_ACL);
  each (self->tags_row, destination, HOIST_SETTING_TAGS);
  each (self->metadata_row, destination, HOIST_SETTING_METADATA);
}

static void
show_setting (GtkEditable *row, HoistDestination *destination, const char *name)
{
  hoist_field_row_set_text (row, hoist_destination_get_setting (destination, name));
}

/* What the service does not take is not asked for, and not kept. */
static void
apply_setting (GtkEditable *row, HoistDestination *destination, const char *name)
{
  g_autofree char *text = hoist_field_row_dup_text (row);

  hoist_destination_set_setting (destination, name,
                                 gtk_widget_get_visible (GTK_WIDGET (row)) ? text : NULL);
}

/**
 * hoist_bucket_fields_show:
 * @self: the fields
 * @destination: a destination that is a bucket
 *
 * Shows what it is. Its keys are not shown: they stay as they are unless others
 * are entered.
 */
void
hoist_bucket_fields_show (HoistBucketFields *self, HoistDestination *destination)
{
  select_service (self, hoist_destination_get_setting (destination, HOIST_SETTING_SERVICE));
  hoist_field_row_set_text (self->address_row, hoist_destination_get_url (destination));
  show_encryption (self, hoist_destination_get_setting (destination, HOIST_SETTING_ENCRYPTION));
  for_each_setting (self, destination, show_setting);
  adw_preferences_group_set_description (self->keys_group,
                                         _ ("Left empty, the stored ones are kept."));
  update (self);
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
  const HoistS3Service *service = get_service (self);
  g_autofree char *region = hoist_field_row_dup_text (self->region_row);
  g_autofree char *own = hoist_s3_service_make_address (service, *region != '\0' ? region : NULL);
  g_autofree char *typed =
    hoist_destination_editor_complete_url (gtk_editable_get_text (self->address_row));

  hoist_destination_set_provider_type (destination, HOIST_S3_KIND);
  hoist_destination_set_setting (destination, HOIST_SETTING_SERVICE, service->id);
  hoist_destination_set_url (destination, own != NULL ? own : typed);
  hoist_destination_set_setting (destination, HOIST_SETTING_ENCRYPTION,
                                 gtk_widget_get_visible (GTK_WIDGET (self->encryption_row))
                                   ? encryptions[adw_combo_row_get_selected (self->encryption_row)]
                                   : NULL);
  for_each_setting (self, destination, apply_setting);
}

/**
 * hoist_bucket_fields_dup_keys:
 * @self: the fields
 *
 * Returns: (transfer full) (nullable): the keys as text, a secret; %NULL if none were entered
 */
char *
hoist_bucket_fields_dup_keys (HoistBucketFields *self)
{
  g_autofree char *access_key = hoist_field_row_dup_text (self->access_key_row);
  g_autofree char *secret_key = hoist_field_row_dup_text (self->secret_key_row);
  g_autofree char *session_token = hoist_field_row_dup_text (self->session_token_row);
  g_autoptr (HoistS3Credentials) credentials = NULL;

  if (*access_key == '\0' || *secret_key == '\0')
    return NULL;
  credentials = hoist_s3_credentials_new (access_key, secret_key,
                                          *session_token != '\0' ? session_token : NULL);
  explicit_bzero (secret_key, strlen (secret_key));
  return hoist_s3_credentials_to_text (credentials);
}

/**
 * hoist_bucket_fields_is_complete:
 * @self: the fields
 * @keys_are_stored: whether the keyring has keys already
 *
 * Returns: whether enough was entered to try it
 */
gboolean
hoist_bucket_fields_is_complete (HoistBucketFields *self, gboolean keys_are_stored)
{
  g_autofree char *address =
    hoist_destination_editor_complete_url (gtk_editable_get_text (self->address_row));
  g_autofree char *bucket = hoist_field_row_dup_text (self->bucket_row);
  g_autofree char *access_key = hoist_field_row_dup_text (self->access_key_row);
  g_autofree char *secret_key = hoist_field_row_dup_text (self->secret_key_row);
  gboolean none = *access_key == '\0' && *secret_key == '\0';
  gboolean both = *access_key != '\0' && *secret_key != '\0';

  return *bucket != '\0' && (get_service (self)->address != NULL || address != NULL) &&
         (both || (none && keys_are_stored));
}
