#pragma once
// OpenBLAS: cblas_* and its thread controls; LAPACK through LAPACKE.
#include <cblas.h>
#include <lapacke.h>
