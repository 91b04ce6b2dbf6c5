/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-store-operate.h"

#include "hoist-store-complete.h"
#include "hoist-store-listing.h"
#include "hoist-store-objects.h"
#include "hoist-store-pages.h"
#include "hoist-store-uploads.h"

/* Amazon S3 API Reference, GetBucketLocation: this region is told by an empty element. */
#define UNNAMED_REGION "us-east-1"

static HoistStoreReply *
get_location (HoistStoreTree *tree)
{
  const char *region = g_str_equal (tree->region, UNNAMED_REGION) ? "" : tree->region;

  return hoist_store_reply_new_xml (g_markup_printf_escaped (
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">%s"
    "</LocationConstraint>",
    region));
}

/**
 * hoist_store_prepare:
 * @tree: the store's tree
 * @call: a call whose body is data
 *
 * Tells whether the body is welcome, before it comes. Blocks on the disk: for a
 * worker thread.
 *
 * Returns: (transfer full) (nullable): the reason why not; null: it is
 */
HoistS3Fault *
hoist_store_prepare (HoistStoreTree *tree, const HoistStoreCall *call)
{
  return call->operation == HOIST_STORE_UPLOAD_PART ? hoist_store_check_part (tree, call)
                                                    : hoist_store_check_object (tree, call);
}

/**
 * hoist_store_operate:
 * @tree: the store's tree
 * @call: what is asked for
 * @intake: (nullable): what came with it, where that is data
 * @body: (nullable): what came with it, where that is a document
 *
 * Does what is asked for. Blocks on the disk, perhaps for minutes: for a worker
 * thread.
 *
 * Returns: (transfer full): the answer
 */
HoistStoreReply *
hoist_store_operate (HoistStoreTree *tree,
                     const HoistStoreCall *call,
                     HoistStoreIntake *intake,
                     GBytes *body)
{
  switch (call->operation)
    {
    case HOIST_STORE_PUT_OBJECT:
      return hoist_store_put_object (tree, call, intake);
    case HOIST_STORE_HEAD_OBJECT:
    case HOIST_STORE_GET_OBJECT:
      return hoist_store_get_object (tree, call);
    case HOIST_STORE_DELETE_OBJECT:
      return hoist_store_delete_object (tree, call);
    case HOIST_STORE_CREATE_UPLOAD:
      return hoist_store_create_upload (tree, call);
    case HOIST_STORE_UPLOAD_PART:
      return hoist_store_upload_part (tree, call, intake);
    case HOIST_STORE_LIST_PARTS:
      return hoist_store_list_parts (tree, call);
    case HOIST_STORE_COMPLETE_UPLOAD:
      return hoist_store_complete_upload (tree, call, body);
    case HOIST_STORE_ABORT_UPLOAD:
      return hoist_store_abort_upload (tree, call);
    case HOIST_STORE_LIST_UPLOADS:
      return hoist_store_list_uploads (tree, call);
    case HOIST_STORE_LIST_OBJECTS:
      return hoist_store_list_objects (tree, call);
    case HOIST_STORE_GET_BUCKET_LOCATION:
      return get_location (tree);
    case HOIST_STORE_HEAD_BUCKET:
    default:
      return hoist_store_reply_new (200);
    }
}
