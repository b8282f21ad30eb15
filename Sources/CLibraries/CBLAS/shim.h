#pragma once
// OpenBLAS: cblas_* and its thread controls.
#include <cblas.h>
