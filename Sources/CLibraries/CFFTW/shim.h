#pragma once
// FFTW 3, double precision (fftw_*).
#include <fftw3.h>

// An array without a length, which Swift does not import.
static inline const char *kiln_fftw_version(void) { return fftw_version; }
