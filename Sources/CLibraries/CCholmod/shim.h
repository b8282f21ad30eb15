#pragma once
// SuiteSparse CHOLMOD, the 64-bit integer interface (cholmod_l_*).
#include <stdlib.h>
#include <suitesparse/cholmod.h>

/// Keeps CHOLMOD from printing: every status is read and becomes a Swift error.
static inline void kiln_cholmod_be_quiet(cholmod_common *common) {
  common->print = 0;
  common->error_handler = NULL;
  common->try_catch = 1;
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
