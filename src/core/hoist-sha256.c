/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two SHA-256 of the same bytes at the price of one. A processor with instructions for it
 * spends most of a block waiting for the round before (sha256rnds2 takes four cycles, and may
 * begin every other one: uops.info); a second state fits between, and the message schedule,
 * which is the same for both, is computed once. No library has that. */

#include "hoist-sha256.h"

#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

/* Where the message's length stands in its last block (FIPS 180-4, section 5.1.1). */
#define LENGTH_OFFSET (HOIST_SHA256_BLOCK_BYTES - sizeof (guint64))

#if defined(__x86_64__)

#define SHA_TARGET __attribute__ ((target ("sha,sse4.1")))

/* FIPS 180-4, section 4.2.2. */
static const guint32 round_constants[64] __attribute__ ((aligned (16))) = {
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/* The words a to h as the instructions want them, the highest first. */
typedef struct
{
  __m128i abef;
  __m128i cdgh;
} State;

SHA_TARGET static inline State
load_state (const guint32 words[8])
{
  __m128i badc = _mm_shuffle_epi32 (_mm_loadu_si128 ((const __m128i *) words), 0xb1);
  __m128i efgh = _mm_shuffle_epi32 (_mm_loadu_si128 ((const __m128i *) (words + 4)), 0x1b);

  return (State){ _mm_alignr_epi8 (badc, efgh, 8), _mm_blend_epi16 (efgh, badc, 0xf0) };
}

SHA_TARGET static inline void
store_state (const State *state, guint32 words[8])
{
  __m128i feba = _mm_shuffle_epi32 (state->abef, 0x1b);
  __m128i dchg = _mm_shuffle_epi32 (state->cdgh, 0xb1);

  _mm_storeu_si128 ((__m128i *) words, _mm_blend_epi16 (feba, dchg, 0xf0));
  _mm_storeu_si128 ((__m128i *) (words + 4), _mm_alignr_epi8 (dchg, feba, 8));
}

SHA_TARGET static inline void
four_rounds (State *state, __m128i words)
{
  state->cdgh = _mm_sha256rnds2_epu32 (state->cdgh, state->abef, words);
  state->abef = _mm_sha256rnds2_epu32 (state->abef, state->cdgh, _mm_shuffle_epi32 (words, 0x0e));
}

/* The next four words of the message schedule (FIPS 180-4, section 6.2.2, step 1). */
SHA_TARGET static inline __m128i
schedule (__m128i w16, __m128i w12, __m128i w8, __m128i w4)
{
  __m128i sum = _mm_add_epi32 (_mm_sha256msg1_epu32 (w16, w12), _mm_alignr_epi8 (w4, w8, 4));

  return _mm_sha256msg2_epu32 (sum, w4);
}

SHA_TARGET static inline void
add_state (State *state, const State *before)
{
  state->abef = _mm_add_epi32 (state->abef, before->abef);
  state->cdgh = _mm_add_epi32 (state->cdgh, before->cdgh);
}

/* Inlined into its two callers, of which one has no @second: no branch of it is left then. */
SHA_TARGET static inline __attribute__ ((always_inline)) void
compress (guint32 first[8], guint32 *second, const guint8 *data, gsize n_blocks)
{
  const __m128i big_endian = _mm_set_epi64x (0x0c0d0e0f08090a0b, 0x0405060700010203);
  State a = load_state (first);
  State b = second != NULL ? load_state (second) : a;

  for (; n_blocks > 0; n_blocks--, data += HOIST_SHA256_BLOCK_BYTES)
    {
      const State a_before = a;
      const State b_before = b;
      __m128i w[4];

      for (guint i = 0; i < 4; i++)
        w[i] = _mm_shuffle_epi8 (_mm_loadu_si128 ((const __m128i *) (data + i * 16UL)), big_endian);
#pragma GCC unroll 16
      for (guint i = 0; i < 16; i++)
        {
          __m128i words = _mm_add_epi32 (w[i % 4], *(const __m128i *) (round_constants + i * 4UL));

          four_rounds (&a, words);
          if (second != NULL)
            four_rounds (&b, words);
          if (i < 12)
            w[i % 4] = schedule (w[i % 4], w[(i + 1) % 4], w[(i + 2) % 4], w[(i + 3) % 4]);
        }
      add_state (&a, &a_before);
      if (second != NULL)
        add_state (&b, &b_before);
    }
  store_state (&a, first);
  if (second != NULL)
    store_state (&b, second);
}

SHA_TARGET static void
compress_one (guint32 state[8], const guint8 *data, gsize n_blocks)
{
  compress (state, NULL, data, n_blocks);
}

SHA_TARGET static void
compress_two (guint32 first[8], guint32 second[8], const guint8 *data, gsize n_blocks)
{
  compress (first, second, data, n_blocks);
}

static gboolean
has_instructions (void)
{
  guint eax;
  guint ebx;
  guint ecx;
  guint edx;

  return __builtin_cpu_supports ("sse4.1") && __builtin_cpu_supports ("ssse3") &&
         __get_cpuid_count (7, 0, &eax, &ebx, &ecx, &edx) != 0 && (ebx & bit_SHA) != 0;
}

#else

static void
compress_one (guint32 state[8], const guint8 *data, gsize n_blocks)
{
  g_assert_not_reached ();
}

static void
compress_two (guint32 first[8], guint32 second[8], const guint8 *data, gsize n_blocks)
{
  g_assert_not_reached ();
}

static gboolean
has_instructions (void)
{
  return FALSE;
}

#endif

/**
 * hoist_sha256_is_supported:
 *
 * Returns: whether this processor has the instructions; without, nothing else of this may be
 *   called
 */
gboolean
hoist_sha256_is_supported (void)
{
  static gsize answer = 0;

  if (g_once_init_enter (&answer))
    g_once_init_leave (&answer, has_instructions () ? 2 : 1);
  return answer == 2;
}

/**
 * hoist_sha256_start:
 * @self: (out caller-allocates): a SHA-256
 *
 * Starts with no bytes (FIPS 180-4, section 5.3.3).
 */
void
hoist_sha256_start (HoistSha256 *self)
{
  static const guint32 start[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };

  memcpy (self->state, start, sizeof start);
  self->length_bytes = 0;
}

/* Returns how much of @data fills the block that was begun, and takes it. */
static gsize
fill_block (HoistSha256 *self, const guint8 *data, gsize length)
{
  gsize filled = self->length_bytes % HOIST_SHA256_BLOCK_BYTES;
  gsize taken = filled > 0 ? MIN (length, HOIST_SHA256_BLOCK_BYTES - filled) : 0;

  if (taken == 0)
    return 0;
  memcpy (self->block + filled, data, taken);
  self->length_bytes += taken;
  if (filled + taken == HOIST_SHA256_BLOCK_BYTES)
    compress_one (self->state, self->block, 1);
  return taken;
}

/* Takes what is less than a block, at the begin of one. */
static void
begin_block (HoistSha256 *self, const guint8 *data, gsize length)
{
  memcpy (self->block, data, length);
  self->length_bytes += length;
}

/**
 * hoist_sha256_update:
 * @self: a SHA-256
 * @data: (array length=length): the next bytes
 * @length: number of bytes; may be 0
 *
 * Adds the next bytes.
 */
void
hoist_sha256_update (HoistSha256 *self, const void *data, gsize length)
{
  gsize taken = fill_block (self, data, length);
  const guint8 *rest = (const guint8 *) data + taken;
  gsize n_blocks = (length - taken) / HOIST_SHA256_BLOCK_BYTES;
  gsize whole_bytes = n_blocks * HOIST_SHA256_BLOCK_BYTES;

  if (taken == length)
    return;
  compress_one (self->state, rest, n_blocks);
  self->length_bytes += whole_bytes;
  begin_block (self, rest + whole_bytes, length - taken - whole_bytes);
}

/**
 * hoist_sha256_update_both:
 * @first: a SHA-256
 * @second: another one
 * @data: (array length=length): the next bytes of both
 * @length: number of bytes; may be 0
 *
 * Adds the next bytes to two. Where both are as far from the begin of a block, that takes hardly
 * longer than one: so it is with a part and the whole file, as parts are multiples of a block.
 */
void
hoist_sha256_update_both (HoistSha256 *first, HoistSha256 *second, const void *data, gsize length)
{
  gsize taken;
  gsize whole_bytes;

  if (first->length_bytes % HOIST_SHA256_BLOCK_BYTES !=
      second->length_bytes % HOIST_SHA256_BLOCK_BYTES)
    {
      hoist_sha256_update (first, data, length);
      hoist_sha256_update (second, data, length);
      return;
    }
  taken = fill_block (first, data, length);
  fill_block (second, data, length);
  whole_bytes = (length - taken) & ~(gsize) (HOIST_SHA256_BLOCK_BYTES - 1);
  compress_two (first->state, second->state, (const guint8 *) data + taken,
                whole_bytes / HOIST_SHA256_BLOCK_BYTES);
  first->length_bytes += whole_bytes;
  second->length_bytes += whole_bytes;
  taken += whole_bytes;
  hoist_sha256_update (first, (const guint8 *) data + taken, length - taken);
  hoist_sha256_update (second, (const guint8 *) data + taken, length - taken);
}

/**
 * hoist_sha256_finish:
 * @self: a SHA-256
 * @result: (out caller-allocates): the hash of all bytes
 *
 * Gives the result, and starts anew.
 */
void
hoist_sha256_finish (HoistSha256 *self, guint8 result[HOIST_SHA256_BYTES])
{
  guint64 length_bits = GUINT64_TO_BE (self->length_bytes * 8);
  gsize filled = self->length_bytes % HOIST_SHA256_BLOCK_BYTES;

  self->block[filled++] = 0x80;
  if (filled > LENGTH_OFFSET)
    {
      memset (self->block + filled, 0, HOIST_SHA256_BLOCK_BYTES - filled);
      compress_one (self->state, self->block, 1);
      filled = 0;
    }
  memset (self->block + filled, 0, LENGTH_OFFSET - filled);
  memcpy (self->block + LENGTH_OFFSET, &length_bits, sizeof length_bits);
  compress_one (self->state, self->block, 1);
  for (guint i = 0; i < G_N_ELEMENTS (self->state); i++)
    {
      guint32 word = GUINT32_TO_BE (self->state[i]);

      memcpy (result + i * sizeof word, &word, sizeof word);
    }
  hoist_sha256_start (self);
}
