#pragma once
// SuiteSparse CHOLMOD, the 64-bit integer interface (cholmod_l_*).
#include <stdint.h>
#include <stdlib.h>
#include <suitesparse/cholmod.h>
#include <sys/mman.h>

/// Keeps CHOLMOD from printing: every status is read and becomes a Swift error.
static inline void kiln_cholmod_be_quiet(cholmod_common *common) {
  common->print = 0;
  common->error_handler = NULL;
  common->try_catch = 1;
}

/// Memory for CHOLMOD: large blocks on huge pages, since a factor's first touch of 4 KiB pages costs
/// a third of its computation. `free` releases both.
static inline void *kiln_cholmod_allocate(size_t size) {
  const size_t huge = (size_t)1 << 21;
  if (size < 4 * huge || size > SIZE_MAX - huge) return malloc(size);
  void *memory = aligned_alloc(huge, (size + huge - 1) & ~(huge - 1));
  if (memory != NULL) madvise(memory, size, MADV_HUGEPAGE);
  return memory;
}

static inline void kiln_cholmod_use_huge_pages(void) {
  SuiteSparse_config.malloc_func = kiln_cholmod_allocate;
}

/// From libgomp, which CHOLMOD uses: with no active level every parallel region runs in its caller.
extern void omp_set_max_active_levels(int levels);

/// CHOLMOD starts four threads for each small front, which costs more than the fronts do; the
/// threads belong to the BLAS.
static inline void kiln_cholmod_use_no_threads(void) { omp_set_max_active_levels(0); }

/// Method 0 is the ordering that the caller gives; nothing else is tried.
static inline void kiln_cholmod_use_given_ordering(cholmod_common *common) {
  common->nmethods = 1;
  common->method[0].ordering = CHOLMOD_GIVEN;
  common->postorder = 1;
  common->supernodal = CHOLMOD_AUTO;
  common->final_ll = 1;
}
