/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-destination.h"

#include "hoist-destination-kind.h"

/* The provider of a new destination. */
#define DEFAULT_TYPE HOIST_API_KIND

/**
 * HoistDestination:
 *
 * A place that files are sent to, without its secret, which is in the keyring
 * under the destination's id.
 */
struct _HoistDestination
{
  GObject parent_instance;

  char *id;         /* (owned) */
  char *name;       /* (owned) */
  char *type;       /* (owned) */
  char *url;        /* (owned) */
  char *key_prefix; /* (owned) (nullable) */
  char *ca_file;    /* (owned) (nullable) */
  guint concurrency;
  HoistDestinationSettings *settings; /* (owned) */
  char **locks;                       /* (owned) (nullable) null: it is the person's own */

  HoistDestinationAbilities *abilities; /* (owned) (nullable) as long as nothing of it changes */
};

G_DEFINE_FINAL_TYPE (HoistDestination, hoist_destination, G_TYPE_OBJECT)

typedef enum
{
  PROP_ID = 1,
  PROP_NAME,
  PROP_TYPE,
  PROP_URL,
  PROP_KEY_PREFIX,
  PROP_CA_FILE,
  PROP_CONCURRENCY,
  PROP_SETTINGS,
  PROP_ABILITIES,
  PROP_PRESET,
} HoistDestinationProperty;

static GParamSpec *properties[PROP_PRESET + 1];

static gboolean
set_string (HoistDestination *self,
            char **field,
            const char *value,
            HoistDestinationProperty property)
{
  if (g_strcmp0 (*field, value) == 0)
    return FALSE;

  g_autofree char *old = g_steal_pointer (field);
  *field = g_strdup (value);
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
  return TRUE;
}

static gboolean
set_concurrency (HoistDestination *self, guint concurrency)
{
  if (self->concurrency == concurrency)
    return FALSE;

  self->concurrency = concurrency;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONCURRENCY]);
  return TRUE;
}

static gboolean
set_settings (HoistDestination *self, const HoistDestinationSettings *settings)
{
  if (settings == NULL || hoist_destination_settings_equal (self->settings, settings))
    return FALSE;

  hoist_destination_settings_free (self->settings);
  self->settings = hoist_destination_settings_copy (settings);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SETTINGS]);
  return TRUE;
}

static gboolean
set_locks (HoistDestination *self, const char *const *locks)
{
  g_auto (GStrv) old = self->locks;

  self->locks = g_strdupv ((char **) locks);
  if (old == NULL || locks == NULL ? (old == NULL) == (locks == NULL)
                                   : g_strv_equal ((const char *const *) old, locks))
    return FALSE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PRESET]);
  return TRUE;
}

static void
hoist_destination_get_property (GObject *object,
                                guint property_id,
                                GValue *value,
                                GParamSpec *pspec)
{
  HoistDestination *self = HOIST_DESTINATION (object);

  switch ((HoistDestinationProperty) property_id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_TYPE:
      g_value_set_string (value, self->type);
      break;
    case PROP_URL:
      g_value_set_string (value, self->url);
      break;
    case PROP_KEY_PREFIX:
      g_value_set_string (value, self->key_prefix);
      break;
    case PROP_CA_FILE:
      g_value_set_string (value, self->ca_file);
      break;
    case PROP_CONCURRENCY:
      g_value_set_uint (value, self->concurrency);
      break;
    case PROP_SETTINGS:
      g_value_set_boxed (value, self->settings);
      break;
    case PROP_ABILITIES:
      g_value_set_boxed (value, self->abilities);
      break;
    case PROP_PRESET:
      g_value_set_boolean (value, hoist_destination_is_preset (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
hoist_destination_set_property (GObject *object,
                                guint property_id,
                                const GValue *value,
                                GParamSpec *pspec)
{
  HoistDestination *self = HOIST_DESTINATION (object);

  switch ((HoistDestinationProperty) property_id)
    {
    case PROP_ID:
      self->id = g_value_dup_string (value);
      break;
    case PROP_NAME:
      hoist_destination_set_name (self, g_value_get_string (value));
      break;
    case PROP_TYPE:
      hoist_destination_set_provider_type (self, g_value_get_string (value));
      break;
    case PROP_URL:
      hoist_destination_set_url (self, g_value_get_string (value));
      break;
    case PROP_KEY_PREFIX:
      hoist_destination_set_key_prefix (self, g_value_get_string (value));
      break;
    case PROP_CA_FILE:
      hoist_destination_set_ca_file (self, g_value_get_string (value));
      break;
    case PROP_CONCURRENCY:
      hoist_destination_set_concurrency (self, g_value_get_uint (value));
      break;
    case PROP_SETTINGS:
      set_settings (self, g_value_get_boxed (value));
      break;
    case PROP_ABILITIES:
      hoist_destination_set_abilities (self, g_value_get_boxed (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
hoist_destination_finalize (GObject *object)
{
  HoistDestination *self = HOIST_DESTINATION (object);

  g_free (self->id);
  g_free (self->name);
  g_free (self->type);
  g_free (self->url);
  g_free (self->key_prefix);
  g_free (self->ca_file);
  hoist_destination_settings_free (self->settings);
  hoist_destination_abilities_free (self->abilities);
  g_strfreev (self->locks);

  G_OBJECT_CLASS (hoist_destination_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  /**
   * HoistDestination:id: (getter get_id)
   *
   * Made from the name once, never changed, unique in the store.
   */
  properties[PROP_ID] = g_param_spec_string (
    "id", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * HoistDestination:name: (getter get_name) (setter set_name)
   *
   * What people call it.
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  /**
   * HoistDestination:type: (getter get_provider_type) (setter set_provider_type)
   *
   * Which provider talks to it: `hoist-api`, `plain` or `s3`.
   */
  properties[PROP_TYPE] = g_param_spec_string ("type", NULL, NULL, NULL, flags);
  /**
   * HoistDestination:url: (getter get_url) (setter set_url)
   *
   * The base URL of its backend, or its endpoint.
   */
  properties[PROP_URL] = g_param_spec_string ("url", NULL, NULL, NULL, flags);
  /**
   * HoistDestination:key-prefix: (getter get_key_prefix) (setter set_key_prefix)
   *
   * (nullable): put before every object's name.
   */
  properties[PROP_KEY_PREFIX] = g_param_spec_string ("key-prefix", NULL, NULL, NULL, flags);
  /**
   * HoistDestination:ca-file: (getter get_ca_file) (setter set_ca_file)
   *
   * (nullable): a PEM file of further certificates to trust.
   */
  properties[PROP_CA_FILE] = g_param_spec_string ("ca-file", NULL, NULL, NULL, flags);
  /**
   * HoistDestination:concurrency: (getter get_concurrency) (setter set_concurrency)
   *
   * Most parts at a time; 0 = the engine's own limit only.
   */
  properties[PROP_CONCURRENCY] =
    g_param_spec_uint ("concurrency", NULL, NULL, 0, G_MAXUINT, 0, flags);
  /**
   * HoistDestination:settings: (getter get_settings)
   *
   * What only some kinds of destinations want to know.
   */
  properties[PROP_SETTINGS] =
    g_param_spec_boxed ("settings", NULL, NULL, HOIST_TYPE_DESTINATION_SETTINGS, flags);
  /**
   * HoistDestination:abilities: (getter get_abilities) (setter set_abilities)
   *
   * (nullable): what it can do, as it said in this run; never stored.
   */
  properties[PROP_ABILITIES] =
    g_param_spec_boxed ("abilities", NULL, NULL, HOIST_TYPE_DESTINATION_ABILITIES, flags);

  /**
   * HoistDestination:preset: (getter is_preset)
   *
   * Whether an administrator set it up.
   */
  properties[PROP_PRESET] =
    g_param_spec_boolean ("preset", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
hoist_destination_class_init (HoistDestinationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hoist_destination_get_property;
  object_class->set_property = hoist_destination_set_property;
  object_class->finalize = hoist_destination_finalize;

  install_properties (object_class);
}

static void
hoist_destination_init (HoistDestination *self)
{
  self->type = g_strdup (DEFAULT_TYPE);
  self->settings = hoist_destination_settings_new ();
}

/**
 * hoist_destination_new:
 * @id: (nullable): its id; %NULL for one that a store will give an id when it
 *   is added
 *
 * Makes a destination of type `hoist-api` without a name and URL.
 *
 * Returns: (transfer full): the destination
 */
HoistDestination *
hoist_destination_new (const char *id)
{
  return g_object_new (HOIST_TYPE_DESTINATION, "id", id, NULL);
}

/**
 * hoist_destination_copy:
 * @self: the destination
 * @id: (nullable): the copy's id
 *
 * Makes a destination that says the same under the id @id.
 *
 * Returns: (transfer full): the copy
 */
HoistDestination *
hoist_destination_copy (HoistDestination *self, const char *id)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION (self), NULL);

  HoistDestination *copy = hoist_destination_new (id);

  hoist_destination_assign (copy, self);
  return copy;
}

/**
 * hoist_destination_assign:
 * @self: the destination
 * @other: what it should say
 *
 * Takes over everything but the id, and notifies what differed.
 *
 * Returns: whether anything differed
 */
gboolean
hoist_destination_assign (HoistDestination *self, HoistDestination *other)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION (self), FALSE);
  g_return_val_if_fail (HOIST_IS_DESTINATION (other), FALSE);

  gboolean changed = FALSE;

  g_object_freeze_notify (G_OBJECT (self));
  changed |= set_string (self, &self->name, other->name, PROP_NAME);
  changed |= set_string (self, &self->type, other->type, PROP_TYPE);
  changed |= set_string (self, &self->url, other->url, PROP_URL);
  changed |= set_string (self, &self->key_prefix, other->key_prefix, PROP_KEY_PREFIX);
  changed |= set_string (self, &self->ca_file, other->ca_file, PROP_CA_FILE);
  changed |= set_concurrency (self, other->concurrency);
  changed |= set_settings (self, other->settings);
  /* What was said is said of another place now, or to somebody else. */
  if (changed)
    hoist_destination_set_abilities (self, NULL);
  changed |= set_locks (self, (const char *const *) other->locks);
  g_object_thaw_notify (G_OBJECT (self));
  return changed;
}

/**
 * hoist_destination_get_id:
 * @self: the destination
 *
 * Gets its id.
 *
 * Returns: (transfer none) (nullable): the id; %NULL as long as no store has it
 */
const char *
hoist_destination_get_id (HoistDestination *self)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION (self), NULL);

  return self->id;
}

/**
 * hoist_destination_get_name:
 * @self: the destination
 *
 * Gets what people call it.
 *
 * Returns: (transfer none) (nullable): the name
 */
const char *
hoist_destination_get_name (HoistDestination *self)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION (self), NULL);

  return self->name;
}

/**
 * hoist_destination_set_name:
 * @self: the destination
 * @name: (nullable): what people call it
 *
 * Sets what people call it.
 */
void
hoist_destination_set_name (HoistDestination *self, const char *name)
{
  g_return_if_fail (HOIST_IS_DESTINATION (self));

  set_string (self, &self->name, name, PROP_NAME);
}

/**
 * hoist_destination_get_provider_type:
 * @self: the destination
 *
 * Gets which provider talks to it.
 *
 * Returns: (transfer none): the type
 */
const char *
hoist_destination_get_provider_type (HoistDestination *self)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION (self), NULL);

  return self->type;
}

/**
 * hoist_destination_set_provider_type:
 * @self: the destination
 * @type: `hoist-api`, `plain` or `s3`
 *
 * Sets which provider talks to it.
 */
void
hoist_destination_set_provider_type (HoistDestination *self, const char *type)
{
  g_return_if_fail (HOIST_IS_DESTINATION (self));
  g_return_if_fail (type != NULL);

  set_string (self, &self->type, type, PROP_TYPE);
}

/**
 * hoist_destination_get_url:
 * @self: the destination
 *
 * Gets the base URL of its backend.
 *
 * Returns: (transfer none) (nullable): the URL
 */
const char *
hoist_destination_get_url (HoistDestination *self)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION (self), NULL);

  return self->url;
}

/**
 * hoist_destination_set_url:
 * @self: the destination
 * @url: (nullable): the base URL of its backend
 *
 * Sets the base URL of its backend. [class@DestinationStore] checks it.
 */
void
hoist_destination_set_url (HoistDestination *self, const char *url)
{
  g_return_if_fail (HOIST_IS_DESTINATION (self));

  set_string (self, &self->url, url, PROP_URL);
}

/**
 * hoist_destination_get_key_prefix:
 * @self: the destination
 *
 * Gets what is put before every object's name.
 *
 * Returns: (transfer none) (nullable): the prefix
 */
const char *
hoist_destination_get_key_prefix (HoistDestination *self)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION (self), NULL);

  return self->key_prefix;
}

/**
 * hoist_destination_set_key_prefix:
 * @self: the destination
 * @key_prefix: (nullable): what to put before every object's name
 *
 * Sets what is put before every object's name.
 */
void
hoist_destination_set_key_prefix (HoistDestination *self, const char *key_prefix)
{
  g_return_if_fail (HOIST_IS_DESTINATION (self));

  set_string (self, &self->key_prefix, key_prefix, PROP_KEY_PREFIX);
}

/**
 * hoist_destination_get_ca_file:
 * @self: the destination
 *
 * Gets the file of further certificates to trust.
 *
 * Returns: (transfer none) (nullable): the path
 */
const char *
hoist_destination_get_ca_file (HoistDestination *self)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION (self), NULL);

  return self->ca_file;
}

/**
 * hoist_destination_set_ca_file:
 * @self: the destination
 * @ca_file: (nullable): a PEM file of further certificates to trust
 *
 * Sets the file of further certificates to trust.
 */
void
hoist_destination_set_ca_file (HoistDestination *self, const char *ca_file)
{
  g_return_if_fail (HOIST_IS_DESTINATION (self));

  set_string (self, &self->ca_file, ca_file, PROP_CA_FILE);
}

/**
 * hoist_destination_get_concurrency:
 * @self: the destination
 *
 * Gets how many parts may travel to it at a time.
 *
 * Returns: most parts; 0 = the engine's own limit only
 */
guint
hoist_destination_get_concurrency (HoistDestination *self)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION (self), 0);

  return self->concurrency;
}

/**
 * hoist_destination_set_concurrency:
 * @self: the destination
 * @concurrency: most parts at a time; 0 = the engine's own limit only
 *
 * Sets how many parts may travel to it at a time.
 */
void
hoist_destination_set_concurrency (HoistDestination *self, guint concurrency)
{
  g_return_if_fail (HOIST_IS_DESTINATION (self));

  set_concurrency (self, concurrency);
}

/**
 * hoist_destination_get_settings:
 * @self: the destination
 *
 * Gets what only some kinds of destinations want to know.
 *
 * Returns: (transfer none): the settings
 */
const HoistDestinationSettings *
hoist_destination_get_settings (HoistDestination *self)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION (self), NULL);

  return self->settings;
}

/**
 * hoist_destination_get_setting:
 * @self: the destination
 * @name: one of the names of [struct@DestinationSettings]
 *
 * Gets one of its settings.
 *
 * Returns: (transfer none) (nullable): the setting; %NULL where it is not set
 */
const char *
hoist_destination_get_setting (HoistDestination *self, const char *name)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION (self), NULL);

  return hoist_destination_settings_get (self->settings, name);
}

/**
 * hoist_destination_set_setting:
 * @self: the destination
 * @name: one of the names of [struct@DestinationSettings]
 * @value: (nullable): what to set; empty or %NULL to take it away
 *
 * Sets one of its settings.
 */
void
hoist_destination_set_setting (HoistDestination *self, const char *name, const char *value)
{
  g_return_if_fail (HOIST_IS_DESTINATION (self));

  if (hoist_destination_settings_set (self->settings, name, value))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SETTINGS]);
}

/**
 * hoist_destination_get_abilities:
 * @self: the destination
 *
 * Gets what it can do.
 *
 * Returns: (transfer none) (nullable): what it said in this run; %NULL as long as it was not asked
 */
const HoistDestinationAbilities *
hoist_destination_get_abilities (HoistDestination *self)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION (self), NULL);
  return self->abilities;
}

/**
 * hoist_destination_set_abilities:
 * @self: the destination
 * @abilities: (nullable): what it said
 *
 * Sets what it can do.
 */
void
hoist_destination_set_abilities (HoistDestination *self, const HoistDestinationAbilities *abilities)
{
  g_return_if_fail (HOIST_IS_DESTINATION (self));

  g_autoptr (HoistDestinationAbilities) old = g_steal_pointer (&self->abilities);

  if (abilities != NULL)
    self->abilities = hoist_destination_abilities_copy (abilities);
  if (old != NULL || abilities != NULL)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ABILITIES]);
}

/**
 * hoist_destination_is_preset:
 * @self: the destination
 *
 * Returns: whether an administrator set it up: then it cannot be removed
 */
gboolean
hoist_destination_is_preset (HoistDestination *self)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION (self), FALSE);

  return self->locks != NULL;
}

/**
 * hoist_destination_is_locked:
 * @self: the destination
 * @key: what it is called in the file: `url`, `name`, a setting's name
 *
 * Returns: whether an administrator set this for it
 */
gboolean
hoist_destination_is_locked (HoistDestination *self, const char *key)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION (self), FALSE);

  return self->locks != NULL && g_strv_contains ((const char *const *) self->locks, key);
}

/**
 * hoist_destination_set_locks:
 * @self: the destination
 * @keys: (nullable): what an administrator set; %NULL: it is the person's own
 *
 * Sets what cannot be changed.
 */
void
hoist_destination_set_locks (HoistDestination *self, const char *const *keys)
{
  g_return_if_fail (HOIST_IS_DESTINATION (self));

  set_locks (self, keys);
}
